"""``betterworker load``: the load engine alone, as one would use wrk."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import click

from betterworker.bench import preflight
from betterworker.bench.errors import BadInput
from betterworker.bench.gates import MAX_GENERATOR_CPU
from betterworker.bench.load.generator import Drive, Generator
from betterworker.bench.load.histogram import percentile_ms
from betterworker.bench.load.spec import LoadReport
from betterworker.bench.model import Arrivals
from betterworker.bench.model.points import LEAST_DISPATCHED, RAMP_PER_CONNECTION_S
from betterworker.bench.stats import latency

#: Connections where none are asked for. In an open loop they are only a limit: enough that it is not
#: they that queue the requests.
CLOSED_CONNECTIONS, OPEN_CONNECTIONS = 64, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How requests come, as asked for: a closed loop where ``rate`` is None."""

    connections: int | None
    rate: float | None
    arrivals: Arrivals | None
    seed: int | None

    def __post_init__(self) -> None:
        if self.rate is None and self.arrivals is not None:
            raise BadInput("--arrivals needs --rate: without a rate each answer is followed by a request.")
        if self.rate is None and self.seed is not None:
            raise BadInput("--seed needs --rate: nothing is drawn in a closed loop.")

    @property
    def pool(self) -> int:
        return self.connections or (CLOSED_CONNECTIONS if self.rate is None else OPEN_CONNECTIONS)


def drive_of(url: str, pace: Pace, duration_s: float, timeout_s: float, warmup_s: float) -> Drive:
    host, port, path = address_of(url)
    # Opening thousands of connections at once is not what is asked for.
    ramp_s = min(pace.pool * RAMP_PER_CONNECTION_S, 1.0) if pace.rate is None else 0.0
    return Drive(
        host=host,
        port=port,
        path=path,
        connections=pace.pool,
        warmup_s=ramp_s + warmup_s,
        window_s=duration_s,
        timeout_s=timeout_s,
        ramp_s=ramp_s,
        rate=pace.rate,
        arrivals=pace.arrivals or "constant",
        seed=1 if pace.seed is None else pace.seed,
    )


def address_of(url: str) -> tuple[str, int, str]:
    """Host, port and path of an http:// URL, whose scheme may be left out."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or 80
    except ValueError as error:
        raise BadInput(f"{url!r}: {error}.") from error
    if parts.scheme != "http" or not parts.hostname:
        raise BadInput(f"{url!r} is not an http:// address (https is not supported).")
    return parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


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


def limited_to(report: LoadReport) -> float | None:
    """The rate this machine could send, where it was clearly less than what was asked for."""
    offered, dispatched = report.offered, report.dispatched
    if not offered or dispatched is None or dispatched >= LEAST_DISPATCHED * offered:
        return None
    return dispatched / (report.window_ns / 1e9)


def answered(report: LoadReport) -> int:
    """Requests of the window that got an answer, right or wrong."""
    outcomes = report.outcomes
    return outcomes.ok + outcomes.bad_status + outcomes.invalid_body


def as_json(drive: Drive, report: LoadReport) -> str:
    window_s = report.window_ns / 1e9
    spread = latency(report.latency)
    return json.dumps(
        {
            "schema": 1,
            "loop": "closed" if drive.rate is None else "open",
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
            "open": None if drive.rate is None else open_json(drive, report),
        },
        indent=2,
    )


def open_json(drive: Drive, report: LoadReport) -> dict[str, object]:
    """What there is to say of an open loop beside the rest."""
    return {
        "rate": drive.rate,
        "arrivals": drive.arrivals,
        "seed": drive.seed,
        "offered": report.offered,
        "dispatched": report.dispatched,
        "answered": answered(report),
        "send_lag_ms": {
            "p99": percentile_ms(report.send_lag, 99),
            "max": percentile_ms(report.send_lag, 100),
        },
        "generator_limited_rps": limited_to(report),
    }


def as_text(drive: Drive, report: LoadReport) -> str:
    window_s = report.window_ns / 1e9
    spread = latency(report.latency)
    lines = [title(drive, window_s)]
    if window_s:
        lines.append(f"goodput   {report.completed / window_s:,.1f} RPS")
    if spread:
        shown = {
            "p50": spread.p50,
            "p95": spread.p95,
            "p99": spread.p99,
            "p99.9": spread.p999,
            "max": spread.max,
        }
        figures = (f"{k} {v:,.2f} ms" for k, v in shown.items() if v is not None)
        lines.append("latency   " + " · ".join(figures))
    counts = (
        f"{value:,} {name.replace('_', ' ')}"
        for name, value in asdict(report.outcomes).items()
        if value or name == "sent"
    )
    lines.append("requests  " + " · ".join(counts))
    if report.reconnects:
        lines.append(f"reconnects {report.reconnects:,}")
    lines += [f"error     {count:,} × {reason}" for reason, count in report.errors]
    lines += open_lines(drive, report)
    if report.cpu is not None:
        lines.append(f"generator {report.cpu:.0%} of a CPU, worst lag {report.lag_ms:.1f} ms")
        if report.cpu > MAX_GENERATOR_CPU and drive.rate is None:
            lines.append("          generator-limited: the server may be faster than this")
    return "\n".join(lines)


def title(drive: Drive, window_s: float) -> str:
    if drive.rate is None:
        return f"{drive.connections} connections, {window_s:.2f} s, closed loop"
    pool = f"at most {drive.connections:,} connections"
    drawn = f" (seed {drive.seed})" if drive.arrivals == "poisson" else ""
    asked = f"{drive.rate:,.10g} RPS asked for, {drive.arrivals} arrivals{drawn}"
    return f"{asked}, {pool}, {window_s:.2f} s, open loop"


def open_lines(drive: Drive, report: LoadReport) -> list[str]:
    """Whether the schedule was kept."""
    if report.offered is None or report.dispatched is None or drive.rate is None:
        return []
    sent = f"{report.offered:,} due · {report.dispatched:,} sent"
    lines = [f"schedule  {sent} · {answered(report):,} answered"]
    late, latest = percentile_ms(report.send_lag, 99), percentile_ms(report.send_lag, 100)
    if late is not None and latest is not None:
        lines.append(f"send lag  p99 {late:,.2f} ms · max {latest:,.2f} ms")
    limit = limited_to(report)
    if limit is not None:
        lines.append(
            f"generator-limited: asked for {drive.rate:,.10g} RPS, this machine could send {limit:,.0f} RPS"
        )
    return lines


def say(drive: Drive, report: LoadReport, as_machine: bool) -> None:
    click.echo(as_json(drive, report) if as_machine else as_text(drive, report))
