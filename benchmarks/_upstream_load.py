"""One window against an upstream, with the CPU time that the upstream spent in it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
from _common import Bench, rate

from betterworker.bench import meter
from betterworker.bench.clock import MonotonicClock
from betterworker.bench.load import upstream
from betterworker.bench.load.generator import Drive
from betterworker.bench.stats import latency

WARMUP_S = 0.5
# The kernel tells CPU time in ticks of 10 ms: less than this is no figure.
LEAST_CPU_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A load, and where the upstream runs: on the generator's CPU, as in a study, or on its own."""

    connections: int
    latency_s: float
    window_s: float
    shared_cpu: bool = False

    @property
    def ideal_rps(self) -> float | None:
        """Little's law; None without a latency."""
        return self.connections / self.latency_s if self.latency_s else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One window. ``upstream_cpu`` and ``generator_cpu`` are of one CPU, ``cpu_us`` is per answer."""

    placed: Placed
    rps: float
    p50_ms: float | None
    p99_ms: float | None
    upstream_cpu: float | None
    cpu_us: float | None
    generator_cpu: float | None
    failed: int


def measure_cell(bench: Bench, placed: Placed) -> Cell:
    cpus = bench.load_cpus if placed.shared_cpu else bench.server_cpus
    with bench.serve(upstream.__name__, "--latency", str(placed.latency_s), cpus=cpus) as (host, port):
        spec = bench.generator.begin(drive(host, port, placed))
        clock = MonotonicClock()
        clock.sleep_until(spec.window_start_ns / 1e9)
        began, before = time.monotonic(), cpu_s(port)
        clock.sleep_until(spec.window_end_ns / 1e9)
        spent, wall = cpu_s(port) - before, time.monotonic() - began
        report = bench.generator.finish()
    spread = latency(report.latency)
    share = spent / wall if spent >= LEAST_CPU_S else None
    return Cell(
        placed=placed,
        rps=rate(report),
        p50_ms=spread.p50 if spread else None,
        p99_ms=spread.p99 if spread else None,
        upstream_cpu=share,
        cpu_us=share / rate(report) * 1e6 if share is not None and report.completed else None,
        generator_cpu=report.cpu,
        failed=report.outcomes.errors + report.outcomes.unfinished,
    )


def drive(host: str, port: int, placed: Placed) -> Drive:
    return Drive(
        host=host,
        port=port,
        path="/posts",
        connections=placed.connections,
        warmup_s=WARMUP_S,
        window_s=placed.window_s,
        timeout_s=5,
        # Over the latency, so that the connections have no rounds.
        ramp_s=max(placed.latency_s, placed.connections * 0.0005),
        length=len(upstream.posts()),
    )


def cpu_s(port: int) -> float:
    """CPU seconds so far of the process that listens there."""
    times = [psutil.Process(pid).cpu_times() for pid in meter.listeners(port)]
    return sum(spent.user + spent.system for spent in times)
