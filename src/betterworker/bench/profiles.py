"""Ready-made studies: what `--profile` chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from betterworker.bench.choices import SWEEP
from betterworker.bench.model import Effort

#: Rows that only the ``article`` profile measures: their windows would take most of a short study.
SLOW_ROWS = ("blocking-3s", "blocking-10s", "fake-redis-set")
QUICK_ROWS = (
    "json",
    "query-json",
    "query-html",
    "blocking-1s",
    "brotli",
    "requests",
    "httpx",
    "aiohttp",
    "fake-redis-hit",
)
#: What most sites choose from, and the article's; the rest is in ``full``.
QUICK_WORKERS = (
    "gunicorn-gthread",
    "gunicorn-gevent",
    "gunicorn-uvicorn",
    "uvicorn",
    "hypercorn-asyncio",
    "hypercorn-uvloop",
    "hypercorn-trio",
    "granian-wsgi",
    "granian-asgi",
    "betterworker-uvicorn",
    "betterworker-hypercorn-trio",
)


#: One of each kind: WSGI on threads, ASGI with Django's handler, and with betterworker's.
PROJECT_WORKERS = ("gunicorn-gthread", "uvicorn", "betterworker-uvicorn")


@dataclass(frozen=True, slots=True)
class Design:
    """How thoroughly rows are measured: the ``rounds`` after which they are judged, and ``visit_s`` seconds
    of windows in each, cut into as many blocks as a window's length gives. ``windows`` go before the
    profile's, by effort. ``likely`` is the part of its longest time that it is expected to take: the more
    looks, the sooner one settles a row."""

    rounds: tuple[int, ...]
    visit_s: float = 0.0
    windows: Mapping[Effort, float] = field(default_factory=dict)
    likely: float = 1.0

    def blocks_per_round(self, window_s: float) -> int:
        return max(round(self.visit_s / window_s), 1)

    def looks(self, window_s: float) -> tuple[int, ...]:
        """In blocks."""
        return tuple(self.blocks_per_round(window_s) * rounds for rounds in self.rounds)


#: Many short windows resolve more than few long ones of the same time: the noise of a machine has its power
#: in seconds, and only what is measured within them is compared on equal terms (benchmarks/false_alarms.py).
SHORT: Mapping[Effort, float] = {"light": 0.1}

#: The most thorough first. 20 rounds tell 5 % apart; to show that two are equal takes more.
LADDER = (
    Design((8, 13, 20, 40, 60), 1.0, SHORT, likely=0.75),
    Design((8, 13, 20), 1.0, SHORT),
    Design((6, 10, 16), 0.5, SHORT),
    # Of few rounds none is saved, and drains and checks, which no forecast knows, are a tenth of the time.
    Design((5, 10), likely=1.1),
    Design((4, 8), likely=1.1),
    Design((3, 6), likely=1.1),
    Design((2, 4), likely=1.1),
    Design((2, 3), likely=1.1),
    Design((2,), likely=1.1),
)

#: Real sites take seconds to start: two visits of a row between two starts, and few of these.
OWN_SITE = (
    Design((5, 10), 0.6, likely=1.1),
    Design((4, 7), 0.6, likely=1.1),
    Design((3, 5), 0.6, likely=1.1),
    Design((3, 4), likely=1.1),
    Design((2, 3), likely=1.1),
    Design((2,), likely=1.1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A study's defaults. ``connections`` and ``windows`` go by a scenario's effort, in seconds.

    ``workers`` and ``scenarios`` (names, or keys for one mode) are None for all, apart from the names
    ``skipped``. A window is never shorter than the view's delay. The
    first of ``designs`` that fits into ``budget_s`` is taken, else the last. Rows of the efforts in
    ``few`` get so many blocks whatever the design. The ``pace_`` fields are of the open-loop windows.
    ``sweeps`` are rows (by key) measured at these other numbers of connections as well. ``paced_rows`` is the
    most rows whose latency is measured at steady rates where none are named (None: one of each mode).
    """

    name: str
    about: str
    connections: Mapping[Effort, int]
    windows: Mapping[Effort, float]
    warmup_s: float
    patience_s: float
    budget_s: float
    designs: tuple[Design, ...] = LADDER
    few: Mapping[Effort, int]
    pace_blocks: int
    pace_window_s: float
    pace_warmup_s: float = 0.2
    pace_connections: int = 256
    workers: tuple[str, ...] | None = None
    scenarios: tuple[str, ...] | None = None
    skipped: tuple[str, ...] = ()
    sweeps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    paced_rows: int | None = None


#: Enough to keep a server busy, few enough that latency is its own and not a queue's.
CONNECTIONS: Mapping[Effort, int] = {
    "light": 32,
    "cpu": 4,
    # At the upstream's 50 ms fewer would cap the fast ones.
    "client": 32,
    "costly": 4,
    "heavy": 2,
    "waiting": 100,
    "mixed": 256,
}

QUICK_WINDOWS: Mapping[Effort, float] = {
    "light": 0.3,
    "cpu": 0.5,
    "client": 0.4,
    "costly": 0.8,
    "heavy": 2.0,
    "waiting": 1.0,
    "mixed": 3.0,
}

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="smoke",
            about="two workers, three rows, under a minute: does it work here?",
            connections=CONNECTIONS,
            windows={
                "light": 0.4,
                "cpu": 0.6,
                "client": 0.6,
                "costly": 1.0,
                "heavy": 2.0,
                "waiting": 1.0,
                "mixed": 2.0,
            },
            warmup_s=0.06,
            patience_s=5.0,
            budget_s=45.0,
            few={"waiting": 2},
            pace_blocks=1,
            pace_window_s=1.0,
            workers=("gunicorn-gevent", "uvicorn"),
            scenarios=("json:sync", "json:async", "blocking-1s:sync"),
        ),
        Profile(
            name="quick",
            about="the article's workers and rows but the slowest, gthread, granian and betterworker, in "
            "about 10 minutes on 2 cores; few workers and rows get many more blocks instead",
            connections=CONNECTIONS,
            windows=QUICK_WINDOWS,
            warmup_s=0.06,
            patience_s=5.0,
            budget_s=630.0,
            few={"waiting": 2},
            pace_blocks=2,
            pace_window_s=0.8,
            workers=QUICK_WORKERS,
            scenarios=QUICK_ROWS,
            sweeps={"json:sync": (1, 128)},
        ),
        Profile(
            name="project",
            about="your own project: all of its requests under three workers of different kinds, beside what "
            "it runs on today; a ranked answer within 5 minutes on 2 cores",
            connections=CONNECTIONS,
            windows=QUICK_WINDOWS,
            warmup_s=0.06,
            patience_s=5.0,
            budget_s=200.0,
            designs=OWN_SITE,
            few={"waiting": 2},
            pace_blocks=2,
            pace_window_s=0.8,
            workers=PROJECT_WORKERS,
            paced_rows=1,
        ),
        Profile(
            name="full",
            about="every worker, and every row but the slowest: real backends where there are any, pooled "
            "clients, uploads, mixed traffic; two hours on 2 cores",
            connections=CONNECTIONS,
            windows={
                "light": 0.3,
                "cpu": 0.5,
                "client": 0.4,
                "costly": 0.8,
                "heavy": 3.0,
                "waiting": 1.0,
                "mixed": 2.0,
            },
            warmup_s=0.06,
            patience_s=5.0,
            budget_s=7200.0,
            few={"waiting": 2, "heavy": 3},
            pace_blocks=2,
            pace_window_s=1.5,
            skipped=SLOW_ROWS,
            sweeps={"json:sync": SWEEP, "json:async": SWEEP},
        ),
        Profile(
            name="article",
            about="the article's 23 rows with its load: 2,000 connections, 700 for the client rows",
            connections={
                "light": 2000,
                "cpu": 2000,
                "client": 700,
                "costly": 700,
                "heavy": 2000,
                "waiting": 2000,
                "mixed": 2000,
            },
            windows=dict.fromkeys(get_args(Effort), 10.0),
            warmup_s=2.0,
            patience_s=10.0,
            budget_s=86_400.0,
            designs=(Design((2,)),),
            few={},
            pace_blocks=1,
            pace_window_s=10.0,
            pace_connections=2000,
            workers=QUICK_WORKERS,
            scenarios=(*QUICK_ROWS, *SLOW_ROWS),
        ),
    )
}
