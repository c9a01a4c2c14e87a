"""The built-in site measured as a user's project beside the built-in site: what measuring through a project
file, an overlay and the served application costs.

One process of each on one CPU, the load on another. Both are started anew several times; after each start
they have windows in turn, in random order. A ratio is of a start's windows, the project's to the built-in's.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import _common as common
import _handler_servers as servers
import _report as report

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
CONNECTIONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    workers: Sequence[str]
    starts: int
    windows: int
    window_s: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answers per second, medians of all windows; ``ratio`` is of the project's to the built-in's."""

    worker: str
    built_in_rps: float
    project_rps: float
    ratio: Interval
    failed: int

    @property
    def tied(self) -> bool:
        """As a study says it: what they differ by is less than its margin."""
        low, high = self.ratio.low, self.ratio.high
        return low is not None and high is not None and low > 1 / (1 + MARGIN) and high < 1 + MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Rates of one start's windows."""

    built_in: Sequence[float]
    project: Sequence[float]
    failed: int

    @property
    def ratio(self) -> float:
        return statistics.median(self.project) / statistics.median(self.built_in)


def as_project(folder: Path) -> Target:
    """The built-in site by a project file, on this interpreter."""
    file = ProjectFile(
        path=folder / "betterworker.toml",
        folder=folder,
        python=sys.executable,
        settings=SITE.env["DJANGO_SETTINGS_MODULE"],
        wsgi=SITE.wsgi,
        asgi=SITE.asgi,
        env={"BETTERWORKER_DB": str(folder / "site.sqlite3")},
    )
    made = target.of(file, overlay.ready(file.python, {}, cache=folder / "cache"))
    return replace(made, prepare=SITE.prepare)


@contextmanager
def places(bench: common.Bench) -> Iterator[tuple[Workbench, Workbench]]:
    """The built-in site, and the same as a project; each has a folder and a database of its own."""
    terms = Terms(processes=1, concurrency=CONNECTIONS, cpus=bench.server_cpus)
    folders = [bench.folder / name for name in ("built-in", "project")]
    for folder in folders:
        folder.mkdir()
    sites = (SITE, as_project(folders[1]))
    with ExitStack() as stack:
        built_in, project = (
            stack.enter_context(
                workbench(site, terms, folder=folder, load_cpus=bench.load_cpus, latency_s=UPSTREAM_S)
            )
            for site, folder in zip(sites, folders, strict=True)
        )
        yield built_in, project


def measure(asked: Asked) -> report.Outcome:
    for name in asked.workers:
        if name not in WORKERS:
            raise UnknownName("worker", name, WORKERS)
    preflight.raise_open_files(preflight.files_needed(CONNECTIONS))
    rng = random.Random(asked.seed)
    with common.bench() as bench, places(bench) as both:
        found = [compared(bench, both, name, asked, rng) for name in asked.workers]
        return report.Outcome(
            figures={"lines": [asdict(each) for each in found]},
            head=("worker", "built in", "project", "ratio", "95 %", "failed"),
            rows=[line(each) for each in found],
            goals=[goal(each) for each in found],
            notes=bench.notes,
        )


def compared(
    bench: common.Bench, both: tuple[Workbench, Workbench], worker: str, asked: Asked, rng: random.Random
) -> Found:
    pairs = [one_start(bench, both, worker, asked, rng) for _ in range(asked.starts)]
    ratios = [pair.ratio for pair in pairs]
    return Found(
        worker=worker,
        built_in_rps=statistics.median(rate for pair in pairs for rate in pair.built_in),
        project_rps=statistics.median(rate for pair in pairs for rate in pair.project),
        ratio=interval(ratios, pooled_log_sd([ratios])),
        failed=sum(pair.failed for pair in pairs),
    )


def one_start(
    bench: common.Bench, both: tuple[Workbench, Workbench], worker: str, asked: Asked, rng: random.Random
) -> Pair:
    rates: tuple[list[float], list[float]] = ([], [])
    failed = 0
    with ExitStack() as stack:
        live = [stack.enter_context(servers.running(place, (worker,)))[worker] for place in both]
        cells = [servers.verified(server, ROW) for server in live]
        for _ in range(asked.windows):
            for which in rng.sample((0, 1), 2):
                seen = cells[which].window(bench, CONNECTIONS, asked.window_s)
                rates[which].append(common.rate(seen))
                failed += seen.outcomes.errors
    return Pair(built_in=rates[0], project=rates[1], failed=failed)


def line(found: Found) -> Sequence[str]:
    return (
        found.worker,
        report.shown(found.built_in_rps, ",.0f"),
        report.shown(found.project_rps, ",.0f"),
        report.shown(found.ratio.median, ".3f"),
        report.span(found.ratio.low, found.ratio.high),
        str(found.failed),
    )


def goal(found: Found) -> report.Goal:
    said = f"{found.ratio.median:.3f} [{report.span(found.ratio.low, found.ratio.high)}]"
    return report.Goal(
        text=f"{found.worker}: the built-in site as a project gives the same figure ({said})",
        reached=found.tied and not found.failed,
    )


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument(
        "--workers", default=",".join(DEFAULT_WORKERS), help="with commas (default: %(default)s)"
    )
    parser.add_argument("--starts", type=report.whole, default=8, help="of each server (default 8)")
    parser.add_argument("--windows", type=report.whole, default=6, help="after each start (default 6)")
    parser.add_argument("--window", type=report.seconds, default=0.5, help="seconds of each (default 0.5)")
    parser.add_argument("--seed", type=int, default=1, help="of the order (default 1)")
    options = parser.parse_args()
    asked = Asked(
        workers=options.workers.split(","),
        starts=options.starts,
        windows=options.windows,
        window_s=options.window,
        seed=options.seed,
    )
    return report.conclude("target", lambda: measure(asked), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
