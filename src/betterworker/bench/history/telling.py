"""Runs one after the other, each beside the last that it can be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from betterworker.bench.compare import Change, Compared, compare, differences
from betterworker.bench.history.nouns import Entry, History, Moment, Place, Refused
from betterworker.bench.history.terms import why_not_comparable
from betterworker.bench.model import Run, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """The last run on some terms: a later one on the same terms takes its place."""

    number: int
    summary: Summary


def begin(found: tuple[str, float | None]) -> tuple[bool, float, str]:
    """By what runs (folder, when it began) are sorted: one without a time comes last."""
    folder, begun = found
    return begun is None, begun or 0.0, folder


def history(entries: Iterable[Entry], refused: Sequence[Refused] = ()) -> History:
    """Of runs in the order of the clock. They are taken as they come: no more are held than are compared."""
    return History(moments=tuple(_moments(entries)), refused=tuple(refused))


def _moments(entries: Iterable[Entry]) -> Iterator[Moment]:
    earlier: list[_Earlier] = []
    for number, entry in enumerate(entries, start=1):
        yield _moment(number, entry, earlier)
        if entry.summary.run.results:
            run = entry.summary.run
            others = [each for each in earlier if _why_not(each.summary.run, run)]
            earlier = [*others, _Earlier(number=number, summary=entry.summary)]


def _moment(number: int, entry: Entry, earlier: Sequence[_Earlier]) -> Moment:
    run = entry.summary.run
    before = earlier[-1].summary.run if earlier and run.results else None
    alike = [each for each in earlier if run.results and not _why_not(each.summary.run, run)]
    compared = compare(alike[-1].summary, entry.summary) if alike else None
    return Moment(
        number=number,
        folder=entry.folder,
        begun=entry.begun,
        page=entry.page,
        finished=run.finished,
        measured=bool(run.results),
        estimates={(each.worker, each.scenario): each for each in entry.summary.estimates},
        workers=run.study.workers,
        since=differences(before, run) if before is not None else None,
        against=alike[-1].number if alike else None,
        why_not=_why_not(before, run) if before is not None and not alike else "",
        changes=_of_goodput(compared),
        middle=compared.middle if compared is not None else None,
    )


def _why_not(before: Run, after: Run) -> str:
    return why_not_comparable(differences(before, after))


def _of_goodput(compared: Compared | None) -> Mapping[Place, Change]:
    """The worst first, as they were compared."""
    changes = compared.changes if compared is not None else ()
    return {(each.worker, each.scenario): each for each in changes if each.metric == "goodput"}
