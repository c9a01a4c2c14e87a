"""What holds the site back, with the evidence and the mend: sentences, and values for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Cost, Summary, Weight

COSTS: Final = "what in it costs it, as measured here, and the mend"
NOTHING_FOUND: Final = "Nothing was found."
_WEIGHTS: Final[dict[Weight, str]] = {
    "much": "costs much",
    "some": "costs some",
    "note": "worth knowing",
}
#: The looks of a page's badges, as of what gates find.
_LOOKS: Final[dict[Weight, str]] = {"much": "invalid", "some": "label", "note": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCost:
    """A Cost in words, without what breaks a layout. ``look`` is the class of its badge."""

    badge: str
    look: str
    what: str
    evidence: tuple[str, ...]
    where: str
    mend: str


def told_costs(costs: Sequence[Cost]) -> tuple[ToldCost, ...]:
    return tuple(_told(cost) for cost in costs)


def cost_lines(costs: Sequence[Cost], looked: Sequence[str]) -> tuple[str, ...]:
    """One each, and what was looked at."""
    lines = [_line(each) for each in told_costs(costs)]
    return (*(lines or [NOTHING_FOUND]), *map(one_line, looked))


def costs_of(summary: Summary) -> tuple[str, ...]:
    """Of the built-in site only what was found."""
    if summary.run.study.project is None and not summary.costs:
        return ()
    return cost_lines(summary.costs, summary.looked)


def cost_record(cost: Cost) -> dict[str, object]:
    """With the keys of docs/report-json.md."""
    return {
        "topic": cost.topic,
        "weight": cost.weight,
        "what": one_line(cost.what),
        "evidence": list(map(one_line, cost.evidence)),
        "where": list(map(one_line, cost.where)),
        "mend": one_line(cost.mend),
        "workers": list(cost.workers),
    }


def _told(cost: Cost) -> ToldCost:
    where = " → ".join(map(one_line, cost.where))
    return ToldCost(
        badge=_WEIGHTS[cost.weight],
        look=_LOOKS[cost.weight],
        what=_sentence(cost.what),
        evidence=tuple(map(one_line, cost.evidence)),
        where=where,
        mend=_sentence(cost.mend),
    )


def _line(told: ToldCost) -> str:
    evidence = f"Evidence: {_sentence('; '.join(told.evidence))}" if told.evidence else ""
    where = f"At {told.where}." if told.where else ""
    return " ".join(filter(None, (f"{told.badge}: {told.what}", evidence, where, f"Mend: {told.mend}")))


def _sentence(text: str) -> str:
    plain = one_line(text)
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."
