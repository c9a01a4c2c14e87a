"""What has to be known before two runs are compared: where they differ, said as loudly as it matters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.changes import place_title
from betterworker.bench.reports.rows.words import MISSING, joined, number, one_line, ratio, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.compare import CeilingRatio, Compared, Differ
    from betterworker.bench.model import Run

#: So many are named; the JSON has them all.
MANY = 12
#: A middle of all ratios that is further from 1 is worth a word, where so many cells have one.
ALIKE, CELLS = 0.05, 4


def warnings(compared: Compared) -> tuple[str, ...]:
    """What may stand in the place of a change: the loudest first. Empty for two runs on equal terms."""
    return tuple(_warnings(compared))


def remarks(compared: Compared) -> tuple[str, ...]:
    """What explains the changes, and what was not compared."""
    return tuple(_remarks(compared))


def _warnings(compared: Compared) -> Iterator[str]:
    differs = compared.differs
    for run in dict.fromkeys(run.id for run in (compared.before, compared.after) if not run.finished):
        yield f"{one_line(run)} is not finished: what it lacks is not compared."
    if differs.machine:
        yield (
            f"THE MACHINES DIFFER: {_listed(differs.machine)}. "
            "What changed below cannot be put down to the servers."
        )
    if differs.ceilings:
        yield _ceilings(differs.ceilings)
    if _alike(compared):
        yield (
            f"The middle of all goodput ratios is {ratio(compared.middle or 1.0)}: where most cells change "
            "alike, it is more likely the machine than a server. Take that out with --control WORKER, one "
            "that is the same in both runs."
        )
    if differs.study:
        yield f"The studies differ: {_listed(differs.study)}."


def _alike(compared: Compared) -> bool:
    counted = sum(change.metric == "goodput" for change in compared.changes)
    away = abs((compared.middle or 1.0) - 1)
    return compared.control is None and counted >= CELLS and away > ALIKE


def _ceilings(ceilings: Sequence[CeilingRatio]) -> str:
    told = [
        f"{ratio(each.ratio)} times as fast with {each.connections:,} connections "
        f"({number(each.before)} RPS, then {number(each.after)})"
        for each in ceilings
    ]
    return (
        "The machine itself was not as fast in both: the null server, which does nothing, was "
        f"{joined(told)} in the second run."
    )


def _remarks(compared: Compared) -> Iterator[str]:
    if compared.control is not None:
        yield (
            f"Every ratio is divided by that of the control, {one_line(compared.control)}, in the same row: "
            "what is left is not the machine's."
        )
    if compared.differs.packages:
        yield f"Packages that differ: {_listed(compared.differs.packages)}."
    yield from _only(compared.before, compared.only_before)
    yield from _only(compared.after, compared.only_after)
    if compared.elsewhere:
        yield _elsewhere(compared)
    yield from _reasons(compared)


def _only(run: Run, names: Sequence[str]) -> Iterator[str]:
    if names:
        told = [place_title(name) if ":" in name else one_line(name) for name in names]
        yield f"Only in {one_line(run.id)}: {_some(told)}."


def _elsewhere(compared: Compared) -> str:
    first, count = compared.elsewhere[0], len(compared.elsewhere)
    row = place_title(f"{first.scenario}@{first.point}")
    return (
        f"Not compared, because the rates were others: {count:,} open-loop cell{'s' * (count > 1)}, as "
        f"{one_line(first.worker)} in {row} ({whole(first.before)} RPS, then {whole(first.after)}). "
        "Give both runs the same --rate to compare them at the common one."
    )


def _reasons(compared: Compared) -> Iterator[str]:
    """Why cells cannot be told, where it is not their interval."""
    reasons = Counter(
        change.reason for change in compared.changes if change.fate == "cannot tell" and change.reason
    )
    for reason, count in reasons.most_common():
        yield f"Cannot tell {count:,} figure{'s' * (count > 1)}: {one_line(reason)}."


def _listed(differs: Sequence[Differ]) -> str:
    return _some([f"{one_line(d.name)} {_value(d.before)} → {_value(d.after)}" for d in differs])


def _some(names: Sequence[str]) -> str:
    more = len(names) - MANY
    return ", ".join(names[:MANY]) + (f" and {more:,} more" if more > 0 else "")


def _value(text: str) -> str:
    return one_line(text) or MISSING
