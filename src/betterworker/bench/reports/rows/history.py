"""What a history shows, derived once: its runs, what changed between them, and each row over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.changes import CHANGED, change_ratio
from betterworker.bench.reports.rows.figures import MARKS, half_width, without_figure
from betterworker.bench.reports.rows.table import NOTHING, TONES, Cell, Row, Table
from betterworker.bench.reports.rows.words import MISSING, number, one_line, ratio, row_title

if TYPE_CHECKING:
    from betterworker.bench.compare import CeilingRatio, Change, Differ, Fate
    from betterworker.bench.history import History, Moment
    from betterworker.bench.model import Estimate

UP, DOWN = "▲", "▼"
ARROWS: dict[Fate, str] = {"better": UP, "mended": UP, "worse": DOWN, "broke": DOWN}
#: So many packages are named; the JSON has them all.
MANY = 6
#: A middle of all ratios that is further from 1 is worth a word, where so many cells have one.
ALIKE, CELLS = 0.05, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run as people read of it. ``marks`` say what was not the same as in the run before."""

    number: str
    when: str
    folder: str
    state: str
    marks: tuple[str, ...]
    against: str


def run_lines(history: History) -> tuple[RunLine, ...]:
    return tuple(
        RunLine(
            number=f"{moment.number}",
            when=when(moment),
            folder=one_line(moment.folder),
            state=_state(moment),
            marks=marks(moment),
            against=_against(moment),
        )
        for moment in history.moments
    )


def when(moment: Moment) -> str:
    """In UTC, to the minute."""
    if moment.begun is None:
        return MISSING
    return f"{datetime.fromtimestamp(moment.begun, UTC):%Y-%m-%d %H:%M}"


def marks(moment: Moment) -> tuple[str, ...]:
    """Machine, null server, study, packages: in the order of how much they spoil a comparison."""
    return tuple(_marks(moment))


def change_lines(history: History, scenarios: Sequence[str], workers: Sequence[str]) -> tuple[str, ...]:
    """Every change that the data carries: ``run 3 against 2: Sync JSON, uvicorn ▲ 1.08 [1.03, 1.13]``."""
    return tuple(
        f"run {moment.number} against {moment.against}: {row_title(change.scenario)}, "
        f"{one_line(change.worker)} {change_text(change)}"
        for moment in history.moments
        for change in moment.changes.values()
        if change.fate in CHANGED and change.scenario in scenarios and change.worker in workers
    )


def change_text(change: Change) -> str:
    """``▲ 1.08 [1.03, 1.13]``; of a cell that lost or got its figure, the words."""
    known = change_ratio(change) if change.ratio is not None else one_line(change.reason)
    return f"{ARROWS.get(change.fate, change.fate)} {known}"


def row_table(history: History, scenario: str, workers: Sequence[str]) -> Table:
    """A row per run that has it, a column per worker."""
    kept = (moment for moment in history.moments if moment.measured and scenario in moment.scenarios)
    return Table(
        title=row_title(scenario),
        about="right answers per second (RPS), run by run",
        columns=tuple(map(one_line, workers)),
        rows=tuple(_row(moment, scenario, workers) for moment in kept),
    )


def history_notes(history: History) -> tuple[str, ...]:
    """What a reader must know of all of it."""
    return tuple(_notes(history))


def cell_text(estimate: Estimate, change: Change | None) -> str:
    """``4,210 ±3%⌃ ▲1.08``, or in two or three words why there is no figure."""
    arrow = ARROWS.get(change.fate, "") if change is not None else ""
    by = ratio(change.ratio.median) if change is not None and change.ratio is not None and arrow else ""
    return f"{_figure(estimate)}{f' {arrow}{by}' if arrow else ''}"


def _figure(estimate: Estimate) -> str:
    if estimate.goodput is None:
        return without_figure(estimate.status, estimate.findings, estimate.outcomes)
    mark = MARKS.get(estimate.status, "")
    return f"{number(estimate.goodput.median)}{half_width(estimate.goodput)}{mark}"


def _row(moment: Moment, scenario: str, workers: Sequence[str]) -> Row:
    title = f"{moment.number}  {when(moment)}{'' if moment.finished else ' (partial)'}"
    return Row(title=title, cells=tuple(_cell(moment, scenario, worker) for worker in workers))


def _cell(moment: Moment, scenario: str, worker: str) -> Cell:
    estimate, change = moment.estimates.get((worker, scenario)), moment.changes.get((worker, scenario))
    if estimate is None:
        return NOTHING
    tone = TONES.get(estimate.status, "plain")
    if change is not None and change.fate in ARROWS:
        tone = "best" if ARROWS[change.fate] == UP else "bad"
    return Cell(text=cell_text(estimate, change), tone=tone, figure=estimate.goodput is not None)


def _state(moment: Moment) -> str:
    if not moment.measured:
        return "no results"
    return "" if moment.finished else "partial"


def _against(moment: Moment) -> str:
    if moment.against is not None:
        return f"run {moment.against}"
    return f"{MISSING} {one_line(moment.why_not)}" if moment.why_not else MISSING


def _marks(moment: Moment) -> Iterator[str]:
    since = moment.since
    if since is not None:
        yield from (f"machine: {_differ(each)}" for each in since.machine)
        if since.ceilings:
            yield _ceilings(since.ceilings)
        yield from (f"study: {_differ(each)}" for each in since.study)
        if since.packages:
            yield f"packages: {_some([_differ(each) for each in since.packages])}"
    told = sum(change.ratio is not None for change in moment.changes.values())
    if moment.middle is not None and told >= CELLS and abs(moment.middle - 1) > ALIKE:
        yield f"speed: the middle of all changes is {ratio(moment.middle)}, rather the machine than a server"


def _ceilings(ceilings: Sequence[CeilingRatio]) -> str:
    """``speed: the null server was 0.92 times as fast``, or from how much to how much."""
    low, high = (ratio(end(each.ratio for each in ceilings)) for end in (min, max))
    by = low if low == high else f"{low} to {high}"
    return f"speed: the null server was {by} times as fast: the machine, or the load's own software"


def _differ(each: Differ) -> str:
    before, after = (one_line(text) or MISSING for text in (each.before, each.after))
    return f"{one_line(each.name)} {before} → {after}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MANY
    return ", ".join(names[:MANY]) + (f" and {more:,} more" if more > 0 else "")


def _notes(history: History) -> Iterator[str]:
    for each in history.refused:
        yield f"Left out: {one_line(each.folder)}: {one_line(each.reason)}"
    timeless = [one_line(each.folder) for each in history.moments if each.begun is None]
    if timeless:
        yield f"Without a result there is no time; these come last: {', '.join(timeless)}."
    yield (
        "± is half of the 95 % interval. ⌃ at the ceiling and g limited by the load's side: such a figure is "
        "the load's, not the server's."
    )
    yield (
        f"{UP} and {DOWN} are changes that the data carries, against the last run on the same machine and "
        "terms whose null server was as fast: all others are the same, or cannot be told. Of all comparisons "
        "of two runs, one in twenty may claim something wrong: the more runs, the more of these."
    )
