"""Memory that grows by the request: of a request by itself, and over each life of a server."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from betterworker.bench.judge.diagnosis.told import name_of, probed
from betterworker.bench.model import Cost, Project, Result, Summary
from betterworker.bench.trend import Point, trend

#: Shared between all workers (Bonferroni). What is late in a life is fewer windows, and asked for less.
LEVEL, LATE_LEVEL = 0.01, 0.05
MB = 1000.0
#: Less than this part, or size, is told by nobody.
LEAST, LEAST_MB = 0.05, 5.0
#: Over fewer requests of one start it is the threads that fill their parts of the heap, one after the other.
LEAST_REQUESTS = 5_000
#: A gigabyte in a million requests.
MUCH_BYTES = 1000.0
MEND = (
    "Look for lists and caches that have no end; until it is mended let processes be replaced (gunicorn "
    "--max-requests)."
)


def left_behind(project: Project) -> Iterator[Cost]:
    for each in probed(project):
        if each.left_bytes:
            yield Cost(
                topic="memory",
                weight="much" if each.left_bytes >= MUCH_BYTES else "some",
                what=f"{name_of(project, each)} leaves {_bytes(each.left_bytes)} behind with each request",
                evidence=(f"in the mean of {each.left_times} requests, after Python's garbage collection",),
                mend=MEND,
                where=(each.left_at,) if each.left_at else (),
            )


def growth(summary: Summary) -> Iterator[Cost]:
    """Told when it is clear, and does not end: a cache that fills up is none."""
    workers = summary.run.study.workers
    for worker in workers:
        points = _points(each for each in summary.run.results if each.trial.worker == worker)
        line = trend(points, LEVEL / len(workers)) if points else None
        late = trend(_late(points), LATE_LEVEL) if line is not None else None
        if line is None or late is None or late.change <= 0 or line.span_s < LEAST_REQUESTS:
            continue
        size_mb = MB * statistics.median(point.own for point in points)
        grown_mb = MB * math.log1p(line.change)
        if grown_mb >= max(LEAST_MB, LEAST * size_mb):
            yield _cost(worker, size_mb, grown_mb, line.span_s)


def _cost(worker: str, size_mb: float, grown_mb: float, requests: float) -> Cost:
    return Cost(
        topic="memory",
        weight="much" if grown_mb > size_mb / 2 else "some",
        what=f"The memory of {worker} grows by {_bytes(1e6 * grown_mb / requests)} with each request",
        evidence=(
            f"by {grown_mb:.0f} MB over {requests:,.0f} requests of one start, and still at the end",
            f"its median is {size_mb:.0f} MB",
        ),
        mend=MEND,
        workers=(worker,),
    )


def _bytes(count: float) -> str:
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count:.0f} bytes"


def _points(results: Iterable[Result]) -> list[Point]:
    """In the place of a server's age stand the requests it was sent, in that of its goodput's logarithm its
    memory in GB. A life's first window of each row is
    left out: what the row needs is loaded in it."""
    found = []
    for life, windows in enumerate(_lives(results)):
        served, rows = 0.0, set[str]()
        for result in windows:
            served += _sent(result)
            size_mb = result.sample.peak_pss_mb if result.sample else None
            row = result.trial.row
            if size_mb and row in rows:
                own = size_mb / MB
                found.append(Point(scenario=row, round=life, age_s=served, own=own, relative=own))
            rows.add(row)
    return found


def _lives(results: Iterable[Result]) -> Sequence[Sequence[Result]]:
    """The trials of each start of a server, in order."""
    lives: defaultdict[tuple[int, int, int], list[Result]] = defaultdict(list)
    starts = 0
    for result in results:
        starts += result.restarted or result.made_room
        lives[result.trial.round, result.trial.group, starts].append(result)
    return list(lives.values())


def _sent(result: Result) -> float:
    """With the warm-up's, which are not counted."""
    if result.sample is None:
        return 0.0
    return result.sample.outcomes.sent * (1 + result.trial.warmup_s / result.sample.window_s)


def _late(points: Sequence[Point]) -> list[Point]:
    """The second half of each life."""
    lives: defaultdict[int, list[Point]] = defaultdict(list)
    for point in points:
        lives[point.round].append(point)
    return [point for life in lives.values() for point in life[len(life) // 2 :]]
