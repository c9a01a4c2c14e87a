"""Conditions from their text: ``p99>250ms``, ``uvicorn/json:sync goodput<-5%``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from betterworker.bench.compare import PERCENTILES, Metric
from betterworker.bench.errors import BadInput
from betterworker.bench.model import worker_name

METRICS: tuple[Metric, ...] = ("goodput", *PERCENTILES, "memory", "cpu", "errors")
RELATIVE = "goodput<-5%, p99>10%, memory>+20%"
ABSOLUTE = "goodput<1000, p99>250ms, errors>1%, memory>500MB, cpu>2"

_MS = {"ms": 1.0, "s": 1000.0}
#: Of absolute limits: unit -> how many of ours it is.
_UNITS: Mapping[Metric, Mapping[str, float]] = {
    "goodput": {"": 1.0, "rps": 1.0},
    **dict.fromkeys(PERCENTILES, _MS),
    "memory": {"mb": 1.0, "gb": 1000.0},
    "cpu": {"": 1.0, "s": 1.0},
    "errors": {"%": 0.01, "": 1.0},
}
_TERM = re.compile(
    r"(?:(?P<scope>[^\s<>]+)\s+)?(?P<metric>[a-z][a-z0-9.]*)\s*(?P<sign><|>)=?\s*"
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*(?P<unit>%|[a-z]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds where a metric is ``above`` its limit, or below.

    The ``limit`` is a figure in RPS, ms, MB, CPU seconds per 1,000 or a share of all requests; of a
    ``relative`` one it is a ratio, and of errors the difference of two shares. ``worker`` and ``row`` are
    patterns.
    """

    text: str
    metric: Metric
    above: bool
    limit: float
    relative: bool
    worker: str = "*"
    row: str = "*"

    def covers(self, worker: str, row: str) -> bool:
        """A row is ``json:sync`` or ``json:sync@common``: a pattern may be of all of it or of its parts."""
        scenario = row.partition("@")[0]
        names = row, scenario, scenario.partition(":")[0]
        workers = worker, worker_name(worker)
        return any(fnmatchcase(name, self.worker) for name in workers) and any(
            fnmatchcase(name, self.row) for name in names
        )


def parse(texts: Iterable[str], *, relative: bool) -> tuple[Condition, ...]:
    """From texts of one condition or several with commas between them; raises BadInput with the way out."""
    return tuple(_condition(term.strip(), relative) for text in texts for term in text.split(","))


def _condition(text: str, relative: bool) -> Condition:
    match = _TERM.fullmatch(text)
    if match is None:
        raise _bad(text, relative, "it is no limit")
    metric = next((each for each in METRICS if each == match["metric"].lower()), None)
    if metric is None:
        raise _bad(text, relative, f"{match['metric']!r} is none of {', '.join(METRICS)}")
    limit = (_change if relative else _figure)(text, metric, match["number"], match["unit"].lower())
    worker, slash, row = (match["scope"] or "*").rpartition("/")
    return Condition(
        text=text,
        metric=metric,
        above=match["sign"] == ">",
        limit=limit,
        relative=relative,
        worker=worker if slash else "*",
        row=row,
    )


def _change(text: str, metric: Metric, number: str, unit: str) -> float:
    if unit != "%":
        raise _bad(text, True, "a change between two runs is in %")
    share = float(number) / 100
    if metric == "errors":
        return share
    if share <= -1:
        raise _bad(text, True, "nothing can lose all of itself")
    return 1 + share


def _figure(text: str, metric: Metric, number: str, unit: str) -> float:
    units = _UNITS[metric]
    if unit not in units:
        known = " or ".join(filter(None, units)) or "no unit"
        two = "; a change in % needs two runs: betterworker compare" if unit == "%" else ""
        raise _bad(text, False, f"{metric} is in {known}{two}")
    figure = float(number) * units[unit]
    if number[0] in "+-" or (not figure and metric != "errors") or (metric == "errors" and figure >= 1):
        raise _bad(text, False, f"{number}{unit} cannot be its limit")
    return figure


def _bad(text: str, relative: bool, why: str) -> BadInput:
    return BadInput(
        f"{text!r} is no condition: {why}. Write {RELATIVE if relative else ABSOLUTE}; a worker and a row "
        "may stand before it, as in 'uvicorn/json:sync goodput<" + ("-5%" if relative else "1000") + "'."
    )
