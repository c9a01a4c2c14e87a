"""From what the user asked to a Study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from betterworker.bench.choices import chosen, latency_rows, slots, sweeps
from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.model import (
    THREADS,
    Arrivals,
    BackendName,
    Paces,
    Project,
    Scenario,
    Setup,
    Study,
    worker_name,
)
from betterworker.bench.objective import parse
from betterworker.bench.plan.forecast import whole_s
from betterworker.bench.profiles import LADDER, PROFILES, Design, Profile

#: gunicorn's own default for gevent, and what a server is given where fewer connections are asked for.
LEAST_CONCURRENCY = 1000
MARGIN = 0.03
#: Blocks that were asked for are spread over at least so many rounds, with no more blocks in each than that.
LEAST_ROUNDS = 12
BLOCKS_A_ROUND = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user said beside the profile; None where nothing was said."""

    profile: str = "quick"
    workers: Sequence[str] | None = None
    scenarios: Sequence[str] | None = None
    connections: int | None = None
    window_s: float | None = None
    blocks: int | None = None
    latency: Sequence[str] | None = None
    sweep: Mapping[str, Sequence[int]] | None = None
    rate: float | None = None
    arrivals: Arrivals = "poisson"
    objective: str | None = None
    seed: int = 1
    processes: int | None = None
    threads: int = THREADS
    time_s: float | None = None
    server_cpus: tuple[int, ...] = ()
    load_cpus: tuple[int, ...] = ()
    memory_mb: float = 4000.0
    upstream_latency_s: float = 0.05


def make_study(
    asked: Asked,
    *,
    target: str,
    workers: Sequence[str],
    scenarios: Mapping[str, Scenario],
    setups: Mapping[str, Setup] | None = None,
    backends: Mapping[BackendName, str | None] | None = None,
    project: Project | None = None,
) -> Study:
    """Raises UnknownName and BadInput. ``workers`` and ``scenarios`` are what there is to choose from;
    ``setups`` say of the workers, among others, in which modes they are known to fail; ``backends`` what
    stands for each (None, or not among them: nothing); ``project`` is what is kept of the user's own."""
    if asked.profile not in PROFILES:
        raise UnknownName("profile", asked.profile, PROFILES)
    profile = PROFILES[asked.profile]
    rows = [scenarios[key] for key in _rows(asked, profile, scenarios)]
    if not rows:
        raise BadInput("No scenario is left to measure.")
    members = tuple(slots(asked.workers, workers, profile.workers))
    names = {worker_name(slot) for slot in members}
    connections = {row.key: asked.connections or profile.connections[row.effort] for row in rows}
    study = Study(
        profile=profile.name,
        target=target,
        workers=members,
        scenarios=tuple(row.key for row in rows),
        connections=connections,
        windows={row.key: _window_s(row, asked, profile) for row in rows},
        warmups={row.key: max(profile.warmup_s, _slowest_s(row)) for row in rows},
        timeouts={row.key: _slowest_s(row) + profile.patience_s for row in rows},
        delays={row.key: row.delay_s for row in rows},
        looks={},
        mixes={row.key: _rates(row) for row in rows if row.mix},
        paces=_paces(asked, profile, rows, scenarios),
        blocks_per_round={},
        margin=MARGIN,
        memory_mb=asked.memory_mb,
        seed=asked.seed,
        processes=asked.processes or max(len(asked.server_cpus), 1),
        server_cpus=asked.server_cpus,
        load_cpus=asked.load_cpus,
        upstream_latency_s=asked.upstream_latency_s,
        threads=asked.threads,
        needs={row.key: row.needs for row in rows if row.needs},
        backends={row.needs: (backends or {}).get(row.needs) for row in rows if row.needs},
        clients={row.key: row.client for row in rows if row.client},
        setups={name: setup for name, setup in (setups or {}).items() if name in names},
        sweeps=sweeps(_sweep(asked, profile, rows), rows, connections, scenarios),
        project=project,
    )
    return _designed(study, asked, profile, rows)


def _designed(
    study: Study,
    asked: Asked,
    profile: Profile,
    rows: Sequence[Scenario],
) -> Study:
    """With the most thorough design that fits the time, or the blocks that were asked for."""
    if asked.blocks is not None and asked.time_s is not None:
        raise BadInput("--blocks and --time both say how many windows there are: give one of them.")
    if asked.blocks is not None:
        return _with_blocks(study, asked.blocks, rows)
    gone = set(_known_to_fail(study, rows))
    for design in profile.designs if asked.time_s is None else LADDER:
        designed = _with(study, design, asked, profile, rows)
        if design.likely * whole_s(designed, gone) <= (asked.time_s or profile.budget_s):
            break
    return designed


def _known_to_fail(study: Study, rows: Sequence[Scenario]) -> Iterator[tuple[str, str]]:
    """Slots and scenarios that take no time."""
    for slot in study.workers:
        setup = study.setups.get(worker_name(slot))
        for row in rows:
            absent = row.needs is not None and study.backends[row.needs] is None
            if absent or (setup is not None and row.mode in setup.cannot):
                yield slot, row.key


def _with(study: Study, design: Design, asked: Asked, profile: Profile, rows: Sequence[Scenario]) -> Study:
    windows = dict(study.windows)
    looks, blocks_per_round = {}, {}
    for row in (row for row in rows if row.mix is None):
        if asked.window_s is None and row.effort in design.windows:
            windows[row.key] = max(design.windows[row.effort], row.delay_s)
        few = profile.few.get(row.effort)
        looks[row.key] = (few,) if few else design.looks(windows[row.key])
        blocks_per_round[row.key] = 1 if few else design.blocks_per_round(windows[row.key])
    return replace(study, windows=windows, looks=looks, blocks_per_round=blocks_per_round)


def _with_blocks(study: Study, blocks: int, rows: Sequence[Scenario]) -> Study:
    closed = [row.key for row in rows if row.mix is None]
    looks, per_round = looks_of(blocks)
    return replace(
        study, looks=dict.fromkeys(closed, looks), blocks_per_round=dict.fromkeys(closed, per_round)
    )


def looks_of(blocks: int) -> tuple[tuple[int, ...], int]:
    """So many blocks at the most, judged at three planned looks where that is enough; and blocks a round."""
    per_round = min(max(blocks // LEAST_ROUNDS, 1), BLOCKS_A_ROUND)
    rounds = blocks / per_round
    if rounds < 6:
        return (blocks,), per_round
    early = {per_round * round(rounds * share) for share in (0.4, 0.65)}
    return (*sorted(early), blocks), per_round


def _window_s(row: Scenario, asked: Asked, profile: Profile) -> float:
    """The length that was asked for is the closed loop's: a tail needs more than a short window."""
    closed_s = None if row.mix else asked.window_s
    return max(closed_s or profile.windows[row.effort], row.delay_s)


def _slowest_s(row: Scenario) -> float:
    return max(row.delay_s, row.mix.slow.delay_s if row.mix else 0.0)


def _rates(row: Scenario) -> tuple[float, float]:
    """Of fast and of slow requests, per second."""
    assert row.mix is not None
    return row.mix.rate * (1 - row.mix.share), row.mix.rate * row.mix.share


def _paces(
    asked: Asked, profile: Profile, rows: Sequence[Scenario], scenarios: Mapping[str, Scenario]
) -> Paces:
    found = latency_rows(asked.latency, rows, scenarios)
    return Paces(
        scenarios=tuple(found if asked.latency is not None else found[: profile.paced_rows]),
        blocks=profile.pace_blocks,
        window_s=profile.pace_window_s,
        warmup_s=profile.pace_warmup_s,
        connections=profile.pace_connections,
        arrivals=asked.arrivals,
        rate=asked.rate,
        objective=str(parse(asked.objective)) if asked.objective else None,
    )


def _sweep(asked: Asked, profile: Profile, rows: Sequence[Scenario]) -> Mapping[str, Sequence[int]]:
    """What was asked for, or what the profile has of the rows that are measured."""
    if asked.sweep is not None:
        return asked.sweep
    keys = {row.key for row in rows}
    return {key: numbers for key, numbers in profile.sweeps.items() if key in keys}


def _rows(asked: Asked, profile: Profile, scenarios: Mapping[str, Scenario]) -> list[str]:
    if asked.scenarios is None:
        # Another project's rows have names of their own: then all of them.
        known = {row.name for row in scenarios.values()} | set(scenarios)
        names = [name for name in profile.scenarios or () if name in known]
        if names:
            return chosen(names, scenarios)
        return [key for key, row in scenarios.items() if row.name not in profile.skipped]
    return chosen(asked.scenarios, scenarios)


def concurrency(study: Study) -> int:
    """How many requests one process must be able to hold at once: the most connections, and some room."""
    return max(LEAST_CONCURRENCY, *(count + 64 for count in most_connections(study)))


def most_connections(study: Study) -> tuple[int, ...]:
    """Of the closed loops, swept ones among them, and of the open."""
    swept = (count for counts in study.sweeps.values() for count in counts)
    return (*study.connections.values(), *swept, study.paces.connections)
