"""The answer and the conclusions as a page shows them: cards, badges, and what each grade rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.anchors import cell_anchor, safe
from betterworker.bench.reports.rows.answers import answers
from betterworker.bench.reports.rows.conclusions import cell_title
from betterworker.bench.reports.rows.topics import SITES, TOPICS, graded, to_the_best
from betterworker.bench.reports.rows.words import joined

if TYPE_CHECKING:
    from betterworker.bench.model import Answer, Conclusion, Standing, Summary, Topic, Verdict

#: Workers that share the headline of a card.
FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """``sure`` is False where the data cannot tell the headline's worker from all others."""

    site: str
    headline: str
    standing: str
    sure: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """``looks`` are the grades whose colours it has: both ends where the data cannot tell (not ``sure``)."""

    text: str
    looks: tuple[str, str]
    sure: bool
    anchor: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a grade was given; ``cells`` are titles of rows, and where they are."""

    topic: str
    badge: Badge
    found: str
    rule: str
    cells: tuple[tuple[str, str], ...]


def answer_cards(summary: Summary) -> tuple[Card, ...]:
    """A card for each kind of site."""
    told = zip(summary.answers, answers(summary), strict=True)
    return tuple(_card(answer, sentence) for answer, sentence in told)


def _card(answer: Answer, sentence: str) -> Card:
    standing, site = answer.standing, SITES[answer.site]
    tied, unsure = _rivals(standing, "tied"), _rivals(standing, "cannot tell")
    names = [standing.leader, *(tied if len(tied) < FEW and not unsure else ())] if standing.leader else []
    return Card(
        site=site[0].upper() + site[1:],
        headline=joined([name for name in names if name]) or "none",
        standing=_stands(standing, tied, unsure),
        sure=bool(names) and not unsure,
        sentence=sentence,
    )


def _rivals(standing: Standing, verdict: Verdict) -> list[str]:
    return [each.rival for each in standing.comparisons if each.verdict == verdict]


def _stands(standing: Standing, tied: list[str], unsure: list[str]) -> str:
    if unsure:
        return f"in front, but not told apart from {len(unsure)} other{'s' * (len(unsure) > 1)}"
    if tied:
        return f"tied with {joined(tied)}" if len(tied) >= FEW else "tied"
    return "beats all others" if standing.comparisons else ""


def badge_rows(summary: Summary) -> tuple[tuple[str, tuple[Badge | None, ...]], ...]:
    """Worker -> a badge for each topic, None where nothing was concluded."""
    return tuple(
        (name, tuple(badge(found[topic]) if topic in found else None for topic in TOPICS))
        for name, found in _by_worker(summary).items()
    )


def reasons(summary: Summary) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
    """Worker -> what each of its grades rests on."""
    return tuple((name, tuple(map(_reason, found.values()))) for name, found in _by_worker(summary).items())


def badge(conclusion: Conclusion) -> Badge:
    grades = (conclusion.grade,) if conclusion.grade else conclusion.between or ("named",)
    return Badge(
        text=graded(conclusion),
        looks=(grades[0], grades[-1]),
        sure=conclusion.grade is not None,
        anchor=f"why-{safe(conclusion.worker)}/{safe(conclusion.topic)}",
        hint=_found(conclusion),
    )


def _by_worker(summary: Summary) -> dict[str, dict[Topic, Conclusion]]:
    found: dict[str, dict[Topic, Conclusion]] = {}
    for each in summary.conclusions:
        found.setdefault(each.worker, {})[each.topic] = each
    return found


def _reason(conclusion: Conclusion) -> Reason:
    return Reason(
        topic=TOPICS[conclusion.topic],
        badge=badge(conclusion),
        found=_found(conclusion),
        rule=conclusion.rule,
        cells=tuple((cell_title(cell), cell_anchor(cell, conclusion.worker)) for cell in conclusion.cells),
    )


def _found(conclusion: Conclusion) -> str:
    told = "; ".join(filter(None, (to_the_best(conclusion), conclusion.because)))
    return told[:1].upper() + told[1:]
