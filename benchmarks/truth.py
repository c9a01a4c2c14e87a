"""The load engine must read back what a server is known to do, beside what wrk reports of the same server.

The server stalls for 1 s of every 10 s. Of requests that are due at a steady rate a tenth come in a stall
and wait evenly 0 to 1 s for its end: that gives every percentile. Other servers reset, fail or swallow
each 100th request: every one must be counted as what it met.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import _common as common
import _outcomes as outcomes
import _report as report
import _rivals as rivals
from hdrh.histogram import HdrHistogram

from betterworker.bench import preflight
from betterworker.bench.load import truthserver
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.histogram import percentile_ms

PERCENTILES = (50.0, 99.0, 99.9)
TOLERANCE = 0.02
LEAST_TOLERANCE_MS = 1.0
RATES = (1000, 5000)
CONNECTIONS = 6000
WRK_CONNECTIONS = 64
WRK_DONE = """
function done(summary, latency, requests)
  io.write(string.format('{"requests":%d,"ms":[%f,%f,%f]}\\n', summary.requests,
    latency:percentile(50)/1000, latency:percentile(99)/1000, latency:percentile(99.9)/1000))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """Seconds in which nothing is answered, out of so many."""

    stall_s: float
    every_s: float

    def percentile_ms(self, percentile: float) -> float:
        """Of arrivals at a steady rate: the part ``stall / every`` waits evenly up to the whole stall."""
        above = (100 - percentile) / 100
        return 1000 * max(self.stall_s - above * self.every_s, 0.0)

    @property
    def options(self) -> tuple[str, ...]:
        return ("--stall", str(self.stall_s), "--every", str(self.every_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Milliseconds at each of PERCENTILES, as one client read them; ``requests`` those it counted."""

    client: str
    ms: tuple[float, ...]
    requests: int
    failed: int | None = None
    send_lag_p99_ms: float | None = None

    def right(self, stall: Stall) -> bool:
        known = [stall.percentile_ms(percentile) for percentile in PERCENTILES]
        pairs = zip(self.ms, known, strict=True)
        near = all(abs(ms - true) <= max(TOLERANCE * true, LEAST_TOLERANCE_MS) for ms, true in pairs)
        return near and not self.failed


def read_stall(
    bench: common.Bench, address: tuple[str, int], stall: Stall, rate: int, periods: int
) -> Reading:
    """After a first period in which the connections are opened."""
    seen = bench.window(
        Drive(
            host=address[0],
            port=address[1],
            path="/",
            connections=CONNECTIONS,
            warmup_s=stall.every_s,
            window_s=periods * stall.every_s,
            timeout_s=stall.stall_s + 5,
            ramp_s=0,
            length=2,
            rate=rate,
        )
    )
    assert seen.latency is not None
    histogram = HdrHistogram.decode(seen.latency)
    return Reading(
        client=f"betterworker at {rate:,} RPS",
        ms=tuple(histogram.get_value_at_percentile(percentile) / 1000 for percentile in PERCENTILES),
        requests=seen.outcomes.sent,
        failed=seen.outcomes.sent - seen.outcomes.ok,
        send_lag_p99_ms=percentile_ms(seen.send_lag, 99),
    )


def read_by_wrk(bench: common.Bench, address: tuple[str, int], seconds: int) -> Reading | None:
    """None where it is not installed."""
    if not rivals.RIVALS[0].installed:
        return None
    script = bench.folder / "percentiles.lua"
    script.write_text(WRK_DONE, encoding="utf-8")
    url = f"http://{address[0]}:{address[1]}/"
    command = ("wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url)
    said = json.loads(rivals.output(command, seconds + rivals.GRACE_S).splitlines()[-1])
    return Reading(
        client=f"wrk, {WRK_CONNECTIONS} connections", ms=tuple(said["ms"]), requests=said["requests"]
    )


def measure(stall: Stall, rates: Sequence[int], periods: int) -> report.Outcome:
    preflight.raise_open_files(preflight.files_needed(CONNECTIONS))
    with common.bench() as bench:
        with bench.serve(truthserver.__name__, *stall.options) as address:
            readings = [read_stall(bench, address, stall, rate, periods) for rate in rates]
            wrk = read_by_wrk(bench, address, max(round(periods * stall.every_s), 1))
        counts = outcomes.tallies(bench)
    return report.Outcome(
        figures={
            "stall": asdict(stall),
            "percentiles": PERCENTILES,
            "truth_ms": [stall.percentile_ms(percentile) for percentile in PERCENTILES],
            "readings": [asdict(reading) for reading in readings],
            "wrk": asdict(wrk) if wrk else None,
            "tallies": [asdict(count) for count in counts],
        },
        head=("", "p50 ms", "p99 ms", "p99.9 ms", "requests", "failed"),
        rows=[*table(stall, [*readings, *([wrk] if wrk else [])]), *map(outcomes.row, counts)],
        goals=[*(goal(stall, reading) for reading in readings), outcomes.exactness(counts)],
        notes=[*bench.notes, *said_of_wrk(wrk)],
    )


def table(stall: Stall, readings: Sequence[Reading]) -> list[Sequence[str]]:
    truth = [f"{stall.percentile_ms(percentile):,.1f}" for percentile in PERCENTILES]
    rows: list[Sequence[str]] = [("the truth", *truth, report.NONE, report.NONE)]
    for reading in readings:
        failed = report.NONE if reading.failed is None else f"{reading.failed:,}"
        figures = (f"{ms:,.1f}" for ms in reading.ms)
        rows.append((reading.client, *figures, f"{reading.requests:,}", failed))
    return rows


def goal(stall: Stall, reading: Reading) -> report.Goal:
    lag = report.shown(reading.send_lag_p99_ms, ".2f")
    near = f"within {TOLERANCE:.0%} or {LEAST_TOLERANCE_MS:g} ms of the truth"
    what = f"{reading.client}: p50, p99 and p99.9 {near}, every request answered"
    return report.Goal(text=f"{what} (send lag p99 {lag} ms)", reached=reading.right(stall))


def said_of_wrk(wrk: Reading | None) -> list[str]:
    if wrk is None:
        return ["wrk is not installed and not compared; on Debian: apt install wrk"]
    how = "it sends as fast as it is answered, and nothing while it waits"
    return [f"wrk's loop is closed: {how}; it fills what that hides into its histogram afterwards"]


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--rates", type=report.whole, nargs="+", default=RATES, help="default 1000 5000")
    parser.add_argument("--stall", type=report.seconds, default=1.0, help="seconds (default 1)")
    parser.add_argument("--every", type=report.seconds, default=10.0, help="seconds (default 10)")
    parser.add_argument("--periods", type=report.whole, default=2, help="in each window (default 2)")
    options = parser.parse_args()
    stall = Stall(stall_s=options.stall, every_s=options.every)
    return report.conclude(
        "truth", lambda: measure(stall, options.rates, options.periods), as_json=options.json
    )


if __name__ == "__main__":
    sys.exit(main())
