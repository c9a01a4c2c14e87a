"""The answer: which worker a site of each kind should run, by how much, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import inverse, ratio_interval
from betterworker.bench.reports.rows.topics import SITES
from betterworker.bench.reports.rows.verdicts import blocks_needed
from betterworker.bench.reports.rows.words import joined, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.model import Answer, Comparison, Standing, Summary, Verdict

#: The longest that one answer may be, in words; costs past that are left to the conclusions.
MOST_WORDS = 60
NAMED = 3


def answers(summary: Summary) -> tuple[str, ...]:
    """One for each kind of site that has rows."""
    return tuple(one_line(_answer(summary, answer)) for answer in summary.answers)


def _answer(summary: Summary, answer: Answer) -> str:
    start = f"{'For' if summary.run.finished else 'So far, for'} {SITES[answer.site]}"
    leader = answer.standing.leader
    if leader is None:
        return f"{start} no worker can be named: {_nobody(summary, answer)}."
    told = " ".join((start, _told(answer.standing, leader), *_steadier(summary, answer.standing)))
    return " ".join((told, *_price(answer.costs, MOST_WORDS - len(told.split()))))


def _nobody(summary: Summary, answer: Answer) -> str:
    cells = [each for each in summary.estimates if each.scenario in answer.rows]
    return "each fails in some row" if any(each.goodput for each in cells) else "none has a figure"


def _told(standing: Standing, leader: str) -> str:
    beaten, tied, unsure = (_those(standing, verdict) for verdict in _VERDICTS)
    beats = f"beats {_beaten(beaten)}" if beaten else ""
    if not standing.comparisons:
        return f"run {leader}: no other has a figure and fails in no row."
    if not unsure:
        return f"run {leader}: it {beats}." if not tied else _ties(leader, tied, beats)
    apart = f"{_names(unsure)}{_more(unsure)}"
    front = f"{leader} is in front{f', tied with {_names(tied)}' if tied else ''}"
    if not beats:
        return f"the data cannot tell: {front}, but not surely of {apart}."
    return f"{front}: it {beats}, but cannot be told from {apart}."


def _ties(leader: str, tied: Sequence[Comparison], beats: str) -> str:
    names = f"run {leader} or {_names(tied)}, which are tied"
    return f"{names}: {leader} {beats}." if beats else f"{names}."


_VERDICTS: tuple[Verdict, ...] = ("beats", "tied", "cannot tell")


def _those(standing: Standing, verdict: Verdict) -> list[Comparison]:
    """The nearest first."""
    found = [each for each in standing.comparisons if each.verdict == verdict]
    return sorted(found, key=lambda each: -each.ratio.median)


def _beaten(beaten: Sequence[Comparison]) -> str:
    rest = f" and {_counted(len(beaten) - 1)}" if len(beaten) > 1 else ""
    return f"{beaten[0].rival} by {ratio_interval(inverse(beaten[0].ratio), '×')}{rest}"


def _names(those: Sequence[Comparison]) -> str:
    return _few([each.rival for each in those])


def _few(names: Sequence[str]) -> str:
    if len(names) <= NAMED + 1:
        return joined(names)
    return joined([*names[:NAMED], _counted(len(names) - NAMED)])


def _counted(others: int) -> str:
    return f"{others} other{'s' * (others != 1)}"


def _more(unsure: Sequence[Comparison]) -> str:
    counts = [each.more for each in unsure]
    return "" if None in counts else f" ({blocks_needed(counts)} would tell)"


def _steadier(summary: Summary, standing: Standing) -> Iterator[str]:
    """Where the leader is not of good stability, who else may be as fast and is."""
    grades = {each.worker: each.grade for each in summary.conclusions if each.topic == "stability"}
    unsure = [each.rival for each in _those(standing, "cannot tell") if grades.get(each.rival) == "good"]
    if unsure and grades.get(standing.leader or "") in ("regular", "weak", "bad"):
        yield f"Of these {_few(unsure)} {'has' if len(unsure) == 1 else 'have'} good stability."


def _price(costs: Sequence[str], words: int) -> Iterator[str]:
    """As many as the words allow, but one."""
    told: list[str] = []
    for cost in costs:
        if told and len(" ".join((*told, cost)).split()) > words - len(("Its", "price:", "and", "more")):
            break
        told.append(cost)
    if told:
        yield f"Its price: {', '.join(told)}{', and more' * (len(told) < len(costs))}."
