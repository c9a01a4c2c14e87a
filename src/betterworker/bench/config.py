"""Profiles, and from what the user asked to a Study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.model import Effort, Scenario, Study

#: Rows that only the ``article`` profile measures: their windows would take most of a short study.
SLOW_ROWS = frozenset({"blocking-3s", "blocking-10s", "fake-redis-set"})
#: gunicorn's own default for gevent, and what a server is given where fewer connections are asked for.
LEAST_CONCURRENCY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A study's defaults. ``connections`` and ``windows`` go by a scenario's effort, in seconds.

    ``workers`` and ``scenarios`` are None for all. A window is never shorter than the view's delay. Rows
    of the effort ``once`` are measured in the first block only, unless blocks are asked for.
    """

    name: str
    about: str
    connections: Mapping[Effort, int]
    windows: Mapping[Effort, float]
    warmup_s: float
    blocks: int
    patience_s: float
    once: Effort | None = None
    workers: tuple[str, ...] | None = None
    scenarios: tuple[str, ...] | None = None
    skipped: frozenset[str] = frozenset()


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="smoke",
            about="two workers, three rows, under 45 s: does it work here?",
            connections={"light": 32, "cpu": 8, "client": 8, "waiting": 100},
            windows={"light": 1.0, "cpu": 1.0, "client": 1.0, "waiting": 1.0},
            warmup_s=0.2,
            blocks=2,
            patience_s=5.0,
            workers=("gunicorn-gevent", "uvicorn"),
            scenarios=("json:sync", "json:async", "blocking-1s:sync"),
        ),
        Profile(
            name="quick",
            about="every worker and row but the slowest three, within 6 minutes on 2 cores",
            connections={"light": 32, "cpu": 4, "client": 8, "waiting": 100},
            windows={"light": 0.6, "cpu": 0.8, "client": 0.8, "waiting": 1.5},
            warmup_s=0.12,
            blocks=2,
            patience_s=5.0,
            # A second block of the blocking rows would take a quarter of the study, and at the ceiling
            # there is no noise to learn of.
            once="waiting",
            skipped=SLOW_ROWS,
        ),
        Profile(
            name="article",
            about="all 23 rows with the article's load: 2,000 connections, 700 for the client rows",
            connections={"light": 2000, "cpu": 2000, "client": 700, "waiting": 2000},
            windows={"light": 10.0, "cpu": 10.0, "client": 10.0, "waiting": 10.0},
            warmup_s=2.0,
            blocks=2,
            patience_s=10.0,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user said beside the profile; None where nothing was said."""

    profile: str = "quick"
    workers: Sequence[str] | None = None
    scenarios: Sequence[str] | None = None
    connections: int | None = None
    window_s: float | None = None
    blocks: int | None = None
    seed: int = 1
    processes: int | None = None
    server_cpus: tuple[int, ...] = ()
    load_cpus: tuple[int, ...] = ()
    upstream_latency_s: float = 0.05


def make_study(
    asked: Asked, *, target: str, workers: Sequence[str], scenarios: Mapping[str, Scenario]
) -> Study:
    """Raises UnknownName and BadInput. ``workers`` and ``scenarios`` are what there is to choose from."""
    if asked.profile not in PROFILES:
        raise UnknownName("profile", asked.profile, PROFILES)
    profile = PROFILES[asked.profile]
    rows = [scenarios[key] for key in _rows(asked, profile, scenarios)]
    if not rows:
        raise BadInput("No scenario is left to measure.")
    window = asked.window_s
    return Study(
        profile=profile.name,
        target=target,
        workers=tuple(_names("worker", asked.workers, workers, profile.workers)),
        scenarios=tuple(row.key for row in rows),
        connections={row.key: asked.connections or profile.connections[row.effort] for row in rows},
        windows={row.key: max(window or profile.windows[row.effort], row.delay_s) for row in rows},
        warmups={row.key: max(profile.warmup_s, row.delay_s) for row in rows},
        timeouts={row.key: row.delay_s + profile.patience_s for row in rows},
        delays={row.key: row.delay_s for row in rows},
        blocks=asked.blocks or profile.blocks,
        once=tuple(row.key for row in rows if row.effort == profile.once and not asked.blocks),
        seed=asked.seed,
        processes=asked.processes or max(len(asked.server_cpus), 1),
        server_cpus=asked.server_cpus,
        load_cpus=asked.load_cpus,
        upstream_latency_s=asked.upstream_latency_s,
    )


def _rows(asked: Asked, profile: Profile, scenarios: Mapping[str, Scenario]) -> list[str]:
    if asked.scenarios is None:
        if profile.scenarios is not None:
            return list(profile.scenarios)
        return [key for key, row in scenarios.items() if row.name not in profile.skipped]
    chosen = [key for name in asked.scenarios for key in _keys(name, scenarios)]
    return [key for key in scenarios if key in chosen]


def _keys(name: str, scenarios: Mapping[str, Scenario]) -> list[str]:
    """``json`` stands for both of its modes, ``json:sync`` for one."""
    found = [key for key, row in scenarios.items() if name in (row.name, key)]
    if not found:
        raise UnknownName("scenario", name, {row.name for row in scenarios.values()} | set(scenarios))
    return found


def _names(
    noun: str, asked: Sequence[str] | None, known: Sequence[str], default: Sequence[str] | None
) -> list[str]:
    names = list(asked if asked is not None else default or known)
    for name in names:
        if name not in known:
            raise UnknownName(noun, name, known)
    if not names:
        raise BadInput(f"No {noun} is left to measure.")
    return list(dict.fromkeys(names))


def concurrency(study: Study) -> int:
    """How many requests one process must be able to hold at once: the most connections, and some room."""
    return max(LEAST_CONCURRENCY, *(count + 64 for count in study.connections.values()))
