"""Requests and their weights from an access log of nginx, Apache, gunicorn: common and combined format."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from betterworker.bench.errors import BadInput
from betterworker.bench.project.nouns import RequestSpec, Row
from betterworker.bench.project.placeholders import names_in
from betterworker.bench.project.sources.counting import RARE, Counts
from betterworker.bench.project.sources.patterns import pattern_of
from betterworker.bench.project.sources.taken import (
    MOST_REQUESTS,
    SECRET,
    Found,
    holds_secret,
    is_static,
    named,
    shares,
    shown,
    told,
)

#: Of a pattern's values, the most frequent.
MOST_VALUES = 100
#: Bytes of a line, whose rest is passed over: not every file that is given has lines.
LONGEST = 1 << 14

STATIC = "static files, which a server before the worker gives"
PROXIED = "addressed to a proxy"
BEYOND = f"of paths beyond the {MOST_REQUESTS} most frequent"


def log_file(path: Path) -> Found:
    """A log, compressed or not, line by line. Raises BadInput."""
    try:
        with _opened(path) as file:
            return access_log(_lines(file))
    except (OSError, EOFError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST)


def access_log(lines: Iterable[bytes]) -> Found:
    """The most frequent GETs with their weights; raises BadInput where no line is one of a log."""
    counts = Counts()
    for line in lines:
        if not line.isspace():
            counts.add(line)
    if counts.lines == 0:
        raise BadInput("no line in it")
    if counts.strange == counts.lines:
        first = shown(counts.first_strange.decode(errors="replace"))
        raise BadInput(f"no access log in common or combined format. Its first line: {first}")
    patterns = list(_patterns(counts))
    patterns.sort(key=lambda pattern: -pattern[1])
    counts.left_out[BEYOND] += sum(total for _, total, _ in patterns[MOST_REQUESTS:])
    return Found(requests=_specs(patterns[:MOST_REQUESTS]), notes=_notes(counts, patterns[:MOST_REQUESTS]))


Pattern = tuple[str, int, list[Row]]
"""A path, how often it came, and the most frequent values of its placeholders."""


def _patterns(counts: Counts) -> Iterator[Pattern]:
    """Paths that differ in numbers or keys only are one request with values."""
    totals = Counter(counts.forgotten)
    rows: dict[str, list[Row]] = {pattern: [] for pattern in totals}
    for path, count in sorted(counts.paths.items(), key=lambda item: -item[1]):
        pattern, row = pattern_of(path)
        totals[pattern] += count
        values = rows.setdefault(pattern, [])
        if row and len(values) < MOST_VALUES:
            values.append(row)
    for pattern, total in totals.items():
        if reason := _not_to_take(pattern, rows[pattern]):
            counts.left_out[reason] += total
        else:
            yield pattern, total, rows[pattern]


def _not_to_take(pattern: str, rows: Collection[Row]) -> str:
    if not pattern.startswith("/"):
        return PROXIED
    if holds_secret(pattern):
        return SECRET
    if is_static(pattern):
        return STATIC
    return RARE if names_in(pattern) and not rows else ""


def _specs(patterns: list[Pattern]) -> tuple[RequestSpec, ...]:
    weights = shares([total for _, total, _ in patterns])
    return named(
        RequestSpec(name="", path=path, weight=weight, values=tuple(rows))
        for (path, _, rows), weight in zip(patterns, weights, strict=True)
    )


def _notes(counts: Counts, patterns: list[Pattern]) -> tuple[str, ...]:
    taken = sum(total for _, total, _ in patterns)
    first = f"{taken:,} of {counts.lines:,} lines of the log are in these requests"
    return (first, *told(+counts.left_out, "lines"))
