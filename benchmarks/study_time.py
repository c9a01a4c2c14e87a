"""Where a stored run's wall time went, by phase: how much of it was measuring windows.

The wall time runs from the run's creation (study.json) to the end of its last trial. A warm-up drives load
too, but counts as not measuring.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import _report as report

from betterworker.bench.errors import BadRunFolder
from betterworker.bench.model import Result, Run
from betterworker.bench.store import read_run

RUNS = Path("runs")
PHASES = ("start", "verify", "warmup", "window", "drain", "rest")
MEANING = {
    "set-up": "set-up, before the first trial",
    "start": "start servers",
    "verify": "verify answers",
    "warmup": "warm up",
    "window": "measuring windows",
    "drain": "drain",
    "rest": "rest",
}
MOST_OVERHEAD = 0.5
QUICK_S = 600.0
# Nothing between two trials takes this long: the run was stopped, and resumed later.
PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a trial began (its server's start included) and ended, as POSIX seconds."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds. ``phases`` add up to the wall time; ``pauses`` between a stop and a resume are not in it."""

    wall: float
    phases: Mapping[str, float]
    pauses: float

    @property
    def measuring(self) -> float:
        """The part (0 to 1) of the wall time inside windows."""
        return self.phases["window"] / self.wall


def newest(runs: Path) -> Path:
    """Raises BadRunFolder when there is none."""
    studies = list(runs.glob("*/study.json"))
    if not studies:
        raise BadRunFolder(f"{runs.resolve()} holds no run: name a run's folder.")
    return max(studies, key=lambda study: study.stat().st_mtime).parent


def span(result: Result) -> Span:
    """``started_at`` is taken once the server is up."""
    started = datetime.fromisoformat(result.started_at).timestamp()
    start_s = result.spent_s.get("start", 0.0)
    return Span(begin=started - start_s, end=started - start_s + sum(result.spent_s.values()))


def times(run: Run, created: float) -> Times:
    """``created`` in POSIX seconds; a copied folder's may be too late. BadRunFolder without a trial."""
    if not run.results:
        raise BadRunFolder(f"{run.id} has no trial yet.")
    spans = sorted(map(span, run.results), key=lambda each: each.begin)
    begin, end = min(created, spans[0].begin), max(each.end for each in spans)
    gaps = [later.begin - earlier.end for earlier, later in pairwise(spans)]
    pauses = sum(gap for gap in gaps if gap > PAUSE_S)
    phases = {name: sum(result.spent_s.get(name, 0.0) for result in run.results) for name in PHASES}
    wall, setup = end - begin - pauses, spans[0].begin - begin
    between = wall - setup - sum(phases.values())
    return Times(wall=wall, phases={"set-up": setup, **phases, "between trials": between}, pauses=pauses)


def measure(folder: Path | None) -> report.Outcome:
    path = folder or newest(RUNS)
    run = read_run(path)
    found = times(run, (path / "study.json").stat().st_mtime)
    return report.Outcome(
        figures={
            "run": run.id,
            "profile": run.study.profile,
            "trials": len(run.results),
            "finished": run.finished,
            "measuring": found.measuring,
            **asdict(found),
        },
        head=("phase", "s", "of the wall time", "ms a trial"),
        rows=rows(found, len(run.results)),
        goals=goals(run, found),
        notes=notes(run, found),
    )


def rows(found: Times, trials: int) -> list[Sequence[str]]:
    return [
        (
            MEANING.get(name, name),
            f"{spent:,.1f}",
            f"{spent / found.wall:.1%}",
            f"{spent / trials * 1e3:,.0f}",
        )
        for name, spent in (*found.phases.items(), ("all", found.wall))
    ]


def goals(run: Run, found: Times) -> list[report.Goal]:
    """An unfinished run shows no total."""
    lost = 1 - found.measuring
    share = report.Goal(
        text=f"not measuring under {MOST_OVERHEAD:.0%} of the wall time ({lost:.1%})",
        reached=lost < MOST_OVERHEAD,
    )
    if run.study.profile != "quick":
        return [share]
    text = f"profile quick within {QUICK_S / 60:g} minutes ({found.wall / 60:.2f})"
    return [share, report.Goal(text=text, reached=run.finished and found.wall <= QUICK_S)]


def notes(run: Run, found: Times) -> list[str]:
    study = run.study
    failed = sum(result.failure is not None for result in run.results)
    size = f"{len(study.workers)} workers × {len(study.scenarios)} rows"
    stored = f"{len(run.results):,} trials stored, {failed:,} of them without a figure"
    said = [f"{run.id}, profile {study.profile}: {size}; {stored}"]
    if not run.finished:
        said.append("the study is not finished: its total is not known")
    if found.pauses:
        said.append(f"the run was stopped and resumed: {found.pauses:,.0f} s of pause are left out")
    return said


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run's folder (default: the newest in runs/)")
    options = parser.parse_args()
    return report.conclude("study_time", lambda: measure(options.run), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
