"""How fast one unchanging server was from moment to moment: recorded by the load engine, kept in a file."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic_ns

from betterworker.bench import machine
from betterworker.bench.commands.run import pinned
from betterworker.bench.errors import BadInput
from betterworker.bench.load.closed import ClosedLoop
from betterworker.bench.load.engine import Watch, arrange
from betterworker.bench.load.loop import run_loop
from betterworker.bench.load.spec import LoadSpec
from betterworker.bench.load.tally import Shared, Tally
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, workbench
from betterworker.bench.workers import WORKERS

SCHEMA = 1
RECORDING = Path(__file__).parent / "data" / "noise.json"
WORKER = "gunicorn-gevent"
PATH = "/sync/json"
CONNECTIONS = 32
BIN_S = 0.05
WARMUP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """``rates`` in bins of ``bin_s`` seconds, as parts of their mean, which was ``mean_rps``."""

    about: str
    bin_s: float
    mean_rps: float
    rates: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return self.bin_s * len(self.rates)


def read(path: Path = RECORDING) -> Recording:
    """Raises BadInput for a file that is no recording."""
    try:
        found = json.loads(path.read_text())
        if found["schema"] != SCHEMA:
            raise BadInput(f"{path} has schema {found['schema']}, not {SCHEMA}: record it anew.")
        return Recording(
            about=found["about"],
            bin_s=found["bin_s"],
            mean_rps=found["mean_rps"],
            rates=tuple(found["rates"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is no recording: {error}") from error


def write(recording: Recording, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": SCHEMA, **asdict(recording)}) + "\n")


def record(seconds: float, server_cpus: tuple[int, ...], load_cpus: tuple[int, ...]) -> Recording:
    """One worker with one process under a constant closed load, for so long."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pinned(load_cpus),
        workbench(
            SITE,
            Terms(processes=1, concurrency=CONNECTIONS, cpus=server_cpus),
            folder=Path(folder),
            load_cpus=load_cpus,
            latency_s=0.05,
        ) as bench,
    ):
        server = bench.launch(WORKERS[WORKER], WORKER, 1)
        try:
            server.wait_ready()
            counts = run_loop(_counts(server.start.host, server.start.port, seconds))
        finally:
            server.stop()
    return _recording(counts)


async def _counts(host: str, port: int, seconds: float) -> list[int]:
    """Right answers so far, at the edge of every bin."""
    begin = monotonic_ns() + 10_000_000
    start = begin + round(WARMUP_S * 1e9)
    spec = LoadSpec(
        host=host,
        port=port,
        path=PATH,
        connections=CONNECTIONS,
        begin_ns=begin,
        window_start_ns=start,
        window_end_ns=start + round(seconds * 1e9),
        timeout_ns=5_000_000_000,
        ramp_ns=100_000_000,
    )
    loop = asyncio.get_running_loop()
    shared = Shared(spec, loop)
    tally = Tally(spec, spec.requests[0], shared)
    counts: list[int] = []
    base = loop.time() + (start - monotonic_ns()) / 1e9
    for edge in range(round(seconds / BIN_S) + 1):
        loop.call_at(base + edge * BIN_S, lambda: counts.append(tally.completed))
    arrange(spec, Watch(shared, ClosedLoop(spec, [tally])))
    await asyncio.wait_for(shared.finished, WARMUP_S + seconds + 10)
    return counts


def _recording(counts: list[int]) -> Recording:
    steps = [later - earlier for earlier, later in pairwise(counts)]
    mean = sum(steps) / len(steps)
    here = machine.describe()
    return Recording(
        about=f"{WORKER}, one process on one CPU, {PATH} under {CONNECTIONS} connections from another CPU; "
        f"{here.cpu_model}, {len(here.cpus)} CPUs, {here.virtual or 'no hypervisor known'}",
        bin_s=BIN_S,
        mean_rps=round(mean / BIN_S, 1),
        rates=tuple(round(step / mean, 3) for step in steps),
    )
