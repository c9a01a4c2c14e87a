"""Reads figures back out of each format: (worker, scenario key) -> the figure people see."""

from __future__ import annotations

import csv
import html
import json
import re
from typing import TYPE_CHECKING, Any

from betterworker.bench.model import Capacity, Comparison, Interval, Latency, Paced
from betterworker.bench.reports.rows.against import versus
from betterworker.bench.reports.rows.capacity import kept
from betterworker.bench.reports.rows.steady import percentiles
from betterworker.bench.reports.rows.words import number
from tests.bench.reports.parsing_html import cells_of
from tests.bench.reports.runs import EIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Figures = dict[tuple[str, str], str]
Reader = dict[str, "Callable[[str], Figures]"]
Lines = list[list[str]]

TITLES = {
    "Sync JSON": "json:sync",
    "Async JSON": "json:async",
    "Async blocking 1s": "blocking-1s:async",
    "Sync JSON at 50 %": "json:sync@50%",
    "Sync JSON at 50 % of its own capacity": "json:sync@50%",
    "Sync JSON at 80 %": "json:sync@80%",
    "Sync JSON at 80 % of its own capacity": "json:sync@80%",
    "Sync JSON at 210 RPS": "json:sync@common",
    "Sync JSON at 210 RPS (common)": "json:sync@common",
    "Sync JSON at 8": "json:sync@8c",
    "Sync JSON at 8 connections": "json:sync@8c",
}
GOODPUT = re.compile(r"[\d,.]+(?= ±)")
RATIO = re.compile(r"[\d.]+ \[[\d.]+, [\d.]+\] [<=?]")
LATENCY = re.compile(r"[\d,.]+/[\d,.]+( ±\d+%)?/[\d,.–]+( ±\d+%)?( [sg])?$")
CAPACITY = re.compile(r"^([<≥] )?[\d,]+( \([\d,]+\))?( \?)?$")


def figures_of(reader: Reader, report: str, rendered: str) -> Figures:
    return reader[report](rendered)


def _key(line: dict[str, Any]) -> tuple[str, str]:
    return line["worker"], f"{line['scenario']}:{line['mode']}"


def _goodput_from_json(rendered: str) -> Figures:
    return {
        _key(cell): number(cell["goodput_rps"]["median"])
        for cell in json.loads(rendered)["cells"]
        if cell["goodput_rps"]["median"] is not None
    }


def _throughputs_from_json(rendered: str) -> Figures:
    return {
        (point["worker"], f"{_key(point)[1]}@{point['connections']}c"): number(point["goodput_rps"]["median"])
        for point in json.loads(rendered)["swept"]
        if point["goodput_rps"]["median"] is not None
    }


def _goodput_from_csv(rendered: str) -> Figures:
    return {
        _key(line): number(float(line["goodput_rps_median"]))
        for line in csv.DictReader(rendered.splitlines())
        if line["goodput_rps_median"]
    }


def _ratios_from_json(rendered: str) -> Figures:
    return {
        _key({**standing, "worker": one["rival"]}): _versus(one["verdict"], **one["ratio"])
        for standing in json.loads(rendered)["standings"]
        for one in standing["comparisons"]
    }


def _ratios_from_csv(rendered: str) -> Figures:
    ends = ("median", "low", "high")
    return {
        _key(line): _versus(line["verdict"], n=6, **{end: float(line[f"ratio_{end}"]) for end in ends})
        for line in csv.DictReader(rendered.splitlines())
        if line["verdict"]
    }


def _versus(verdict: Any, **ratio: Any) -> str:
    return versus(Comparison(scenario="", leader="", rival="", ratio=Interval(**ratio), verdict=verdict))


def _latencies_from_json(rendered: str) -> Figures:
    return {
        (line["worker"], f"{_key(line)[1]}@{line['point']}"): percentiles(_paced(line))
        for line in json.loads(rendered)["paced"]
        if line["latency_ms"]["p50"] is not None and line["point"] not in ("mixed", "alone")
    }


def _paced(line: dict[str, Any]) -> Paced:
    return Paced(
        worker="",
        scenario="",
        point="",
        rate=line["rate_rps"],
        status=line["status"],
        latency=Latency(**line["latency_ms"]),
        tail=Interval(**line["tail_ms"]),
        tail_percentile=line["tail_percentile"],
    )


def _capacities_from_json(rendered: str) -> Figures:
    return {
        _key(line): kept(
            Capacity(
                worker="",
                scenario="",
                objective="",
                rate=line["rate_rps"],
                broken_at=line["broken_at_rps"],
                probes=line["probes"],
                found=line["found"],
            )
        )
        for line in json.loads(rendered)["capacities"]
    }


def _text(title: str, figure: re.Pattern[str]) -> Callable[[str], Figures]:
    # Two spaces or more part the columns; a figure and its interval have one.
    def read(rendered: str) -> Figures:
        lines = [re.split(r"\s{2,}", line) for line in rendered.splitlines()]
        return dict(_rows(_section(lines, title), figure))

    return read


def _markdown(title: str, figure: re.Pattern[str]) -> Callable[[str], Figures]:
    def read(rendered: str) -> Figures:
        plain = (re.sub(r"\\(.)", r"\1", html.unescape(line)) for line in rendered.splitlines())
        lines = [[cell.strip() for cell in line.strip("#|").split("|")] for line in plain]
        return dict(_rows(_section(lines, title), figure))

    return read


def _html(title: str, figure: re.Pattern[str]) -> Callable[[str], Figures]:
    return lambda page: cells_of(page, title, TITLES, EIGHT, figure)


def _section(lines: Lines, title: str) -> Lines:
    """From a table's heading to the next."""
    start = next(number for number, line in enumerate(lines) if line[0].strip().startswith(f"{title}"))
    titled = ("Verdicts", "Latency", "Mixed", "Errors")
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if line[0].strip().startswith(titled)), len(rest))
    return rest[:end]


def _rows(lines: Lines, figure: re.Pattern[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """A cell that ends in a colon goes on in the line below."""
    for (title, *cells), (_, *below) in zip(lines, [*lines[1:], [""]], strict=True):
        if title not in TITLES:
            continue
        further = iter(below)
        for worker, cell in zip(EIGHT, cells, strict=False):
            if found := figure.search(next(further) if cell.endswith(":") else cell):
                yield (worker, TITLES[title]), found[0]


FIGURES: Reader = {
    "text": _text("Goodput:", GOODPUT),
    "markdown": _markdown("Goodput:", GOODPUT),
    "html": _html("Goodput", GOODPUT),
    "json": _goodput_from_json,
    "csv": _goodput_from_csv,
}
THROUGHPUTS: Reader = {
    "text": _text("Throughput against connections", GOODPUT),
    "markdown": _markdown("Throughput against connections", GOODPUT),
    "html": _html("Throughput against connections", GOODPUT),
    "json": _throughputs_from_json,
}
RATIOS: Reader = {
    "text": _text("Against the leader", RATIO),
    "markdown": _markdown("Against the leader", RATIO),
    "html": _html("Against the leader", RATIO),
    "json": _ratios_from_json,
    "csv": _ratios_from_csv,
}
LATENCIES: Reader = {
    "text": _text("Latency under a steady rate", LATENCY),
    "markdown": _markdown("Latency under a steady rate", LATENCY),
    "html": _html("Latency under a steady rate", LATENCY),
    "json": _latencies_from_json,
}
CAPACITIES: Reader = {
    "text": _text("Capacity at", CAPACITY),
    "markdown": _markdown("Capacity at", CAPACITY),
    "html": _html("Capacity at", CAPACITY),
    "json": _capacities_from_json,
}
