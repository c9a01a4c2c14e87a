"""``betterworker load``: the load engine alone, as one would use wrk."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from urllib.parse import urlsplit

import click

from betterworker.bench import preflight
from betterworker.bench.errors import BadInput
from betterworker.bench.gates import MAX_GENERATOR_CPU
from betterworker.bench.load.generator import Drive, Generator
from betterworker.bench.load.spec import LoadReport
from betterworker.bench.sampling import RAMP_PER_CONNECTION_S
from betterworker.bench.stats import latency


def drive_of(url: str, connections: int, duration_s: float, timeout_s: float, warmup_s: float) -> Drive:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or 80
    except ValueError as error:
        raise BadInput(f"{url!r}: {error}.") from error
    if parts.scheme != "http" or not parts.hostname:
        raise BadInput(f"{url!r} is not an http:// address (https is not supported).")
    ramp_s = min(connections * RAMP_PER_CONNECTION_S, 1.0)
    return Drive(
        host=parts.hostname,
        port=port,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        connections=connections,
        warmup_s=ramp_s + warmup_s,  # opening thousands of connections is not what is asked for
        window_s=duration_s,
        timeout_s=timeout_s,
        ramp_s=ramp_s,
    )


def load(drive: Drive, cpus: tuple[int, ...]) -> LoadReport:
    """Drive until the window's end; Ctrl-C ends it early, with what was counted so far."""
    preflight.require_connections(drive.connections)
    with Generator(cpus) as generator:
        spec = generator.begin(drive)
        try:
            time.sleep(max(spec.window_end_ns / 1e9 - time.monotonic(), 0))
        except KeyboardInterrupt:
            generator.stop()
        return generator.finish()


def as_json(drive: Drive, report: LoadReport) -> str:
    window_s = report.window_ns / 1e9
    spread = latency(report.latency)
    return json.dumps(
        {
            "schema": 1,
            "connections": drive.connections,
            "window_s": window_s,
            "goodput_rps": report.completed / window_s if window_s else None,
            "latency_ms": asdict(spread) if spread else None,
            "outcomes": asdict(report.outcomes),
            "reconnects": report.reconnects,
            "errors": dict(report.errors),
            "generator_cpu": report.cpu,
            "generator_lag_ms": report.lag_ms,
            "latency_histogram": report.latency,
        },
        indent=2,
    )


def as_text(drive: Drive, report: LoadReport) -> str:
    window_s = report.window_ns / 1e9
    outcomes = report.outcomes
    spread = latency(report.latency)
    lines = [f"{drive.connections} connections, {window_s:.2f} s, closed loop"]
    if window_s:
        lines.append(f"goodput   {report.completed / window_s:,.1f} RPS")
    if spread:
        shown = {"p50": spread.p50, "p95": spread.p95, "p99": spread.p99, "max": spread.max}
        figures = (f"{k} {v:,.2f} ms" for k, v in shown.items() if v is not None)
        lines.append("latency   " + " · ".join(figures))
    counts = (
        f"{value:,} {name.replace('_', ' ')}"
        for name, value in asdict(outcomes).items()
        if value or name == "sent"
    )
    lines.append("requests  " + " · ".join(counts))
    if report.reconnects:
        lines.append(f"reconnects {report.reconnects:,}")
    lines += [f"error     {count:,} × {reason}" for reason, count in report.errors]
    if report.cpu is not None:
        lines.append(f"generator {report.cpu:.0%} of a CPU, worst lag {report.lag_ms:.1f} ms")
        if report.cpu > MAX_GENERATOR_CPU:
            lines.append("          generator-limited: the server may be faster than this")
    return "\n".join(lines)


def say(drive: Drive, report: LoadReport, as_machine: bool) -> None:
    click.echo(as_json(drive, report) if as_machine else as_text(drive, report))
