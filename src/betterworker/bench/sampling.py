"""From a Trial to what the generator is told, and from what was counted and read to a Sample. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from betterworker.bench.load.generator import Drive
from betterworker.bench.load.histogram import percentile_ms
from betterworker.bench.load.spec import FirstReply, Kind, LoadReport
from betterworker.bench.meter import Usage
from betterworker.bench.model import Part, Reply, Sample, Scenario, Trial
from betterworker.bench.model.points import RAMP_PER_CONNECTION_S
from betterworker.bench.ports import LiveServer
from betterworker.bench.probe import folded
from betterworker.bench.requested import Asked


@dataclass(frozen=True, slots=True)
class Reading:
    """The server's usage at a moment of the clock, and the CPU seconds that the whole machine, but for this
    program, has been busy so far (None where that cannot be read); ``backend_s`` are those of the scenario's
    backend (0 where it needs none)."""

    at: float
    usage: Usage
    busy_s: float | None = None
    backend_s: float | None = 0.0


def drive_of(trial: Trial, scenario: Scenario, server: LiveServer, asked: Sequence[Asked]) -> Drive:
    """``asked`` as of :func:`requests_of`.

    The connections of a closed loop start one after the other over the view's own delay, so that it has
    no rounds; an open loop has none by itself.
    """
    load, only = trial.load, asked[0]
    ramp_s = max(scenario.delay_s, load.connections * RAMP_PER_CONNECTION_S)
    return Drive(
        host=server.host,
        port=server.port,
        path=only.variant.path,
        connections=load.connections,
        warmup_s=trial.warmup_s,
        window_s=trial.window_s,
        timeout_s=trial.timeout_s,
        ramp_s=0.0 if load.is_open else ramp_s,
        length=only.length,
        request=only.variant.request,
        kinds=tuple(map(kind_of, asked)) if scenario.mix or scenario.variants else (),
        rate=load.rate,
        arrivals=load.arrivals,
        seed=seed_of(trial),
        max_backlog=trial.max_backlog,
        streams=scenario.streams,
    )


def kind_of(asked: Asked) -> Kind:
    variant = asked.variant
    return Kind(
        name=variant.name,
        path=variant.path,
        length=asked.length,
        weight=variant.weight,
        request=variant.request,
    )


def seed_of(trial: Trial) -> int:
    """The same arrivals, and the same requests in turn, for every worker of a block, and again when it is
    repeated or resumed."""
    return crc32(f"{trial.scenario}/r{trial.round}/b{trial.block}".encode())


def sample_of(report: LoadReport, readings: Sequence[Reading], asked: Sequence[Asked]) -> Sample:
    """What the generator counted beside what the server used; ``asked`` as of :func:`requests_of`."""
    first, last = readings[0], readings[-1]
    window_s = report.window_ns / 1e9
    spent = last.usage.spent_since(first.usage)
    # The readings are taken a little late; CPU time is put in proportion to the window.
    scale = window_s / (last.at - first.at)
    total = sum(spent.values())
    sizes = [reading.usage.pss_mb for reading in readings if reading.usage.pss_mb is not None]
    return Sample(
        window_s=window_s,
        completed=report.completed,
        outcomes=report.outcomes,
        latency=report.latency,
        reconnects=report.reconnects,
        errors=report.errors,
        first_reply_wrong=first_wrong(report, asked),
        generator_cpu=report.cpu,
        generator_lag_ms=report.lag_ms,
        server_cpu_s=total * scale if spent else None,
        peak_pss_mb=max(sizes, default=None),
        others_cpu=others_cpu(first, last, total, report.cpus),
        threads=max(reading.usage.threads for reading in readings) or None,
        shares=tuple(sorted((cpu / total for cpu in spent.values()), reverse=True)) if total else (),
        offered=report.offered,
        dispatched=report.dispatched,
        send_lag_ms=percentile_ms(report.send_lag, 99),
        aborted=report.aborted,
        first_byte=report.first_byte,
        parts={
            name: Part(outcomes=part.outcomes, latency=part.latency) for name, part in report.parts.items()
        },
    )


def backend_cpu(readings: Sequence[Reading]) -> float | None:
    """CPUs that the backend kept busy between the first and the last reading; None where it is not known."""
    first, last = readings[0], readings[-1]
    if first.backend_s is None or last.backend_s is None:
        return None
    return max(last.backend_s - first.backend_s, 0.0) / (last.at - first.at)


def others_cpu(first: Reading, last: Reading, server_s: float, load_cpus: float | None) -> float | None:
    """CPUs kept busy between two readings by what is neither the server, its backend nor the load; not under
    0. None as well where the backend is the user's own: it may be one of the others."""
    own = backend_cpu((first, last))
    if first.busy_s is None or last.busy_s is None or load_cpus is None or own is None:
        return None
    passed_s = last.at - first.at
    return max((last.busy_s - first.busy_s - server_s) / passed_s - own - load_cpus, 0.0)


def first_wrong(report: LoadReport, asked: Sequence[Asked]) -> str | None:
    """Why the first reply of a kind is wrong, of the first kind where it is."""
    for first in [part.first for part in report.parts.values()] or [report.first]:
        if first is None:
            continue
        one = asked[first.kind]
        if wrong := one.variant.check(reply_of(first)):
            return one.told(wrong)
    return None


def reply_of(first: FirstReply) -> Reply:
    return Reply(status=first.status, headers=folded(first.headers), body=base64.b64decode(first.body))


def share_of_steal(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float | None:
    """The fraction of all CPU time between two readings that the hypervisor gave to others."""
    if before is None or after is None or after[1] <= before[1]:
        return None
    return (after[0] - before[0]) / (after[1] - before[1])
