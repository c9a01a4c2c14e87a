"""Servers that answer wrong, late or never by plan, and what the engine counts of it, in the same words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import _common as common
import _report as report

from betterworker.bench import probe
from betterworker.bench.load import truthserver
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import LoadReport
from betterworker.bench.model import Load

WINDOW_S = 2.0
TIMEOUT_S = 1.5
SERVERS = (("--faults", ",".join(truthserver.FAULTS)), ("--framing", "chunked"), ("--framing", "close"))
LOADS = {
    "closed": Load(connections=64),
    "constant": Load(connections=2000, rate=1000.0),
    "poisson": Load(connections=2000, rate=1000.0, arrivals="poisson"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """What the server did and what the engine counted, in the same words."""

    load: str
    served: dict[str, int]
    counted: dict[str, int]

    @property
    def exact(self) -> bool:
        return self.served == self.counted


def tallies(bench: common.Bench) -> list[Tallied]:
    return [tally(bench, server, name) for server in SERVERS for name in LOADS]


def tally(bench: common.Bench, server: tuple[str, str], name: str) -> Tallied:
    with bench.serve(truthserver.__name__, *server) as address:
        seen = bench.window(drive(address, LOADS[name]))
        served = json.loads(probe.get(*address, "/counts", 5.0).body)
    return Tallied(load=f"{server[1]}: {name}", served=served, counted=counted(seen))


def drive(address: tuple[str, int], load: Load) -> Drive:
    """Without a warm-up, so that the server counts what the engine counts."""
    return Drive(
        host=address[0],
        port=address[1],
        path="/",
        connections=load.connections,
        warmup_s=0,
        window_s=WINDOW_S,
        timeout_s=TIMEOUT_S,
        ramp_s=0,
        length=2,
        rate=load.rate,
        arrivals=load.arrivals,
    )


def counted(seen: LoadReport) -> dict[str, int]:
    """The engine's outcomes in the server's words; what did not happen is left out, as it does."""
    outcomes = seen.outcomes
    words = {
        "right": outcomes.ok,
        "reset": outcomes.connection_error,
        "length": outcomes.invalid_body,
        "status": outcomes.bad_status,
        "never": outcomes.timeout,
        "unfinished": outcomes.unfinished,
    }
    return {word: count for word, count in words.items() if count}


def row(count: Tallied) -> Sequence[str]:
    failed = sum(number for word, number in count.counted.items() if word != "right")
    requests = sum(count.counted.values())
    return (count.load, *[report.NONE] * 3, f"{requests:,}", f"{failed:,}")


def exactness(counts: Sequence[Tallied]) -> report.Goal:
    wrong = [f"{c.load}: served {c.served}, counted {c.counted}" for c in counts if not c.exact]
    what = f"every outcome count exact ({len(counts) - len(wrong)} of {len(counts)} loads)"
    return report.Goal(text="; ".join([what, *wrong]), reached=not wrong)
