"""From a Trial to what the generator is told, and from what was counted and read to a Sample. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import FirstReply, LoadReport
from betterworker.bench.meter import Usage
from betterworker.bench.model import Reply, Sample, Scenario, Trial
from betterworker.bench.ports import LiveServer

# A burst of connections against a short backlog would measure SYN retries: spread them a little.
RAMP_PER_CONNECTION_S = 0.0005


@dataclass(frozen=True, slots=True)
class Reading:
    """The server's usage at a moment of the clock."""

    at: float
    usage: Usage


def drive_of(trial: Trial, scenario: Scenario, server: LiveServer, length: int) -> Drive:
    """The connections start one after the other over the view's own delay, so that it has no rounds."""
    connections = trial.load.connections
    return Drive(
        host=server.host,
        port=server.port,
        path=scenario.path,
        connections=connections,
        warmup_s=trial.warmup_s,
        window_s=trial.window_s,
        timeout_s=trial.timeout_s,
        ramp_s=max(scenario.delay_s, connections * RAMP_PER_CONNECTION_S),
        length=length,
    )


def sample_of(report: LoadReport, readings: Sequence[Reading], scenario: Scenario) -> Sample:
    """What the generator counted beside what the server used."""
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
        first_reply_wrong=scenario.check(reply_of(report.first)) if report.first else None,
        generator_cpu=report.cpu,
        generator_lag_ms=report.lag_ms,
        server_cpu_s=total * scale if spent else None,
        peak_pss_mb=max(sizes, default=None),
        threads=max(reading.usage.threads for reading in readings) or None,
        shares=tuple(sorted((cpu / total for cpu in spent.values()), reverse=True)) if total else (),
    )


def reply_of(first: FirstReply) -> Reply:
    return Reply(status=first.status, headers=dict(first.headers), body=base64.b64decode(first.body))


def share_of_steal(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float | None:
    """The fraction of all CPU time between two readings that the hypervisor gave to others."""
    if before is None or after is None or after[1] <= before[1]:
        return None
    return (after[0] - before[0]) / (after[1] - before[1])
