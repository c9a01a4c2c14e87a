"""The built-in site measured as a user's project beside the built-in site: what measuring through a project
file, an overlay and the served application costs.

One process of each on one CPU, the load on another. Both are started anew several times, and are then under
load at the same time, in one long window. A ratio is of a window, the project's right answers to the
built-in's.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import _common as common
import _handler_servers as servers
import _report as report
import _slowed as slowed
from _together import Both, Loads, loads

from betterworker.bench import preflight
from betterworker.bench.config import MARGIN
from betterworker.bench.errors import UnknownName
from betterworker.bench.model import Interval, Target
from betterworker.bench.project import overlay, target
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.scenarios import UPSTREAM_S
from betterworker.bench.stats import interval, pooled_log_sd
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, Workbench, workbench
from betterworker.bench.workers import WORKERS

DEFAULT_WORKERS = ("gunicorn-gthread", "uvicorn", "betterworker-uvicorn")
ROW = "json:sync"
#: Of each server.
CONNECTIONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``slower``: the project twice, one with so many percent of an answer's CPU time added; ``itself``: the
    built-in site twice."""

    workers: Sequence[str]
    starts: int
    window_s: float
    seed: int
    itself: bool = False
    slower: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answers per second of each are medians of the starts, with half of the CPU. ``ratio`` is of the
    project's to the built-in's, ``by_cpu`` of their answers per CPU second, ``share`` the project's part
    (0 to 1) of the CPU time. In a check of the method they are of its second and its first side."""

    worker: str
    built_in_rps: float
    project_rps: float
    ratio: Interval
    by_cpu: Interval
    share: float
    failed: int
    starts: Sequence[Both] = field(repr=False)

    @property
    def tied(self) -> bool:
        """As a study says it: what they differ by is less than its margin."""
        low, high = self.ratio.low, self.ratio.high
        return low is not None and high is not None and low > 1 / (1 + MARGIN) and high < 1 + MARGIN

    @property
    def holds_one(self) -> bool:
        low, high = self.ratio.low, self.ratio.high
        return low is not None and high is not None and low <= 1 <= high

    @property
    def behind(self) -> bool:
        return self.ratio.high is not None and self.ratio.high < 1


def as_project(folder: Path, *, slowed_by_us: bool = False) -> Target:
    """The built-in site by a project file, on this interpreter."""
    if slowed_by_us:
        shutil.copy(slowed.__file__, folder)
    name = slowed.__name__
    file = ProjectFile(
        path=folder / "betterworker.toml",
        folder=folder,
        python=sys.executable,
        settings=SITE.env["DJANGO_SETTINGS_MODULE"],
        wsgi=f"{name}:wsgi" if slowed_by_us else SITE.wsgi,
        asgi=f"{name}:asgi" if slowed_by_us else SITE.asgi,
        env={"BETTERWORKER_DB": str(folder / "site.sqlite3")},
    )
    made = target.of(file, overlay.ready(file.python, {}, cache=folder / "cache"))
    return replace(made, prepare=SITE.prepare)


def sites(asked: Asked, folders: Sequence[Path]) -> tuple[Target, Target]:
    """The built-in site, and the same as a project; in a check of the method two that are the same, but for
    the loop: what a project costs is not to pass for it."""
    if asked.slower is not None:
        return as_project(folders[0], slowed_by_us=True), as_project(folders[1], slowed_by_us=True)
    return SITE, SITE if asked.itself else as_project(folders[1])


@contextmanager
def places(bench: common.Bench, asked: Asked) -> Iterator[tuple[Workbench, Workbench]]:
    """Of both sides; each has a folder and a database of its own."""
    terms = Terms(processes=1, concurrency=CONNECTIONS, cpus=bench.server_cpus)
    folders = [bench.folder / name for name in ("built-in", "project")]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as stack:
        built_in, project = (
            stack.enter_context(
                workbench(site, terms, folder=folder, load_cpus=bench.load_cpus, latency_s=UPSTREAM_S)
            )
            for site, folder in zip(sites(asked, folders), folders, strict=True)
        )
        yield built_in, project


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where the starts are made."""

    both: tuple[Workbench, Workbench]
    loads: Loads
    rng: random.Random

    def with_env(self, env: Mapping[str, str]) -> Stand:
        """More of it for the second side's servers."""
        built_in, project = self.both
        return replace(self, both=(built_in, replace(project, env={**project.env, **env})))

    def start(self, worker: str, window_s: float) -> Both:
        """Both anew, and a window of both. Which is started first is drawn."""
        with ExitStack() as stack:
            cells = {}
            for which in self.rng.sample((0, 1), 2):
                live = stack.enter_context(servers.running(self.both[which], (worker,)))[worker]
                cells[which] = servers.verified(live, ROW)
            return self.loads.window((cells[0], cells[1]), CONNECTIONS, window_s, self.rng)


def measure(asked: Asked) -> report.Outcome:
    for name in asked.workers:
        if name not in WORKERS:
            raise UnknownName("worker", name, WORKERS)
    preflight.raise_open_files(preflight.files_needed(2 * CONNECTIONS))
    with common.bench() as bench, places(bench, asked) as both, loads(bench) as each:
        stand = Stand(both=both, loads=each, rng=random.Random(asked.seed))
        found = [compared(stand, name, asked) for name in asked.workers]
        return report.Outcome(
            figures={"lines": [asdict(each) for each in found]},
            head=("worker", *sides(asked), "ratio", "95 %", "by CPU", "95 %", "CPU share", "failed"),
            rows=[line(each) for each in found],
            goals=[goal(each, asked) for each in found],
            notes=bench.notes,
        )


def compared(stand: Stand, worker: str, asked: Asked) -> Found:
    if asked.slower is not None:
        stand = stand.with_env(cost_added(stand, worker, asked.window_s, asked.slower))
    starts = [stand.start(worker, asked.window_s) for _ in range(asked.starts)]
    return Found(
        worker=worker,
        built_in_rps=statistics.median(start.first.rps for start in starts),
        project_rps=statistics.median(start.second.rps for start in starts),
        ratio=over_starts([start.ratio for start in starts]),
        by_cpu=over_starts([start.by_cpu for start in starts]),
        share=statistics.median(start.share for start in starts),
        failed=sum(start.failed for start in starts),
        starts=starts,
    )


def cost_added(stand: Stand, worker: str, window_s: float, percent: float) -> dict[str, str]:
    """What adds so much of the CPU time that an answer takes with this worker."""
    spent_s = 1 / stand.start(worker, window_s).first.answers_per_cpu_s
    return {slowed.ADDED: str(round(spent_s * percent / 100 * 1e9))}


def over_starts(ratios: Sequence[float]) -> Interval:
    return interval(ratios, pooled_log_sd([ratios]))


def sides(asked: Asked) -> tuple[str, str]:
    """What the two columns are of."""
    if asked.slower is not None:
        return "project", "slowed"
    return "built in", "built in" if asked.itself else "project"


def line(found: Found) -> Sequence[str]:
    return (
        found.worker,
        report.shown(found.built_in_rps, ",.0f"),
        report.shown(found.project_rps, ",.0f"),
        report.shown(found.ratio.median, ".3f"),
        report.span(found.ratio.low, found.ratio.high),
        report.shown(found.by_cpu.median, ".3f"),
        report.span(found.by_cpu.low, found.by_cpu.high),
        report.shown(found.share, ".1%"),
        str(found.failed),
    )


def goal(found: Found, asked: Asked) -> report.Goal:
    said = f"{found.ratio.median:.3f} [{report.span(found.ratio.low, found.ratio.high)}]"
    if asked.itself:
        text, holds = "the built-in site is not told from itself", found.holds_one
    elif asked.slower is not None:
        text, holds = f"{asked.slower:g} % of CPU time added to each request is found", found.behind
    else:
        text, holds = "the built-in site as a project gives the same figure", found.tied
    return report.Goal(text=f"{found.worker}: {text} ({said})", reached=holds and not found.failed)


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument(
        "--workers", default=",".join(DEFAULT_WORKERS), help="with commas (default: %(default)s)"
    )
    parser.add_argument("--starts", type=report.whole, default=16, help="of each server (default 16)")
    parser.add_argument("--window", type=report.seconds, default=6.0, help="seconds of each (default 6)")
    parser.add_argument("--seed", type=int, default=1, help="of the order (default 1)")
    check = parser.add_mutually_exclusive_group()
    check.add_argument(
        "--against-itself", action="store_true", help="check the method: the built-in site twice, no project"
    )
    check.add_argument(
        "--slower",
        type=report.percent,
        metavar="PERCENT",
        help="check the method: the project twice, so much CPU time added to each request of one",
    )
    options = parser.parse_args()
    asked = Asked(
        workers=options.workers.split(","),
        starts=options.starts,
        window_s=options.window,
        seed=options.seed,
        itself=options.against_itself,
        slower=options.slower,
    )
    return report.conclude("target", lambda: measure(asked), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
