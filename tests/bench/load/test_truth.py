"""The engine reads back what a server of its own process is known to do.

Lower bounds are strict: the truth server is never early, so no latency may be under the truth. Upper
bounds only have to tell a right figure from a wrong one, on however slow a machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench import probe
from betterworker.bench.load import truthserver
from betterworker.bench.load.generator import Drive, Generator
from betterworker.bench.load.spec import LoadReport
from tests.bench.load.scripted import ATTEMPTS, DISTURBED_S, HOST
from tests.bench.load.serving import serving
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.servers

LOOPS: dict[str, dict[str, Any]] = {
    "closed": {"connections": 4},
    "constant": {"rate": 400.0},
    "poisson": {"rate": 400.0, "arrivals": "poisson"},
}
SLOW_MS = 500.0
#: What HdrHistogram keeps of a latency: three digits.
DIGITS = 0.999

every_loop = pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)


@pytest.fixture(params=[(), (0, 0)], ids=["one process", "two processes"], scope="module")
def load(request: pytest.FixtureRequest) -> Iterator[Generator]:
    with Generator(request.param) as generator:
        yield generator


def driven(load: Generator, options: str, **overrides: Any) -> tuple[LoadReport, dict[str, int]]:
    """What the engine and a truth server count of the same half a second, from the first request on.

    One in which either was kept from the processor tells of the machine alone: it is driven again.
    """
    values: dict[str, Any] = {
        "connections": 200,
        "warmup_s": 0.0,
        "window_s": 0.5,
        "timeout_s": PATIENCE_S,
        "ramp_s": 0.0,
        "length": 2,
    }
    for _ in range(ATTEMPTS):
        with serving(truthserver.__name__, *options.split()) as port:
            load.begin(Drive(host=HOST, port=port, path="/", **{**values, **overrides}))
            report = load.finish()
            counts, pause_s = told(port, "/counts"), told(port, "/pause")
        assert report.outcomes.balanced
        if not disturbed(report, pause_s):
            break
    return report, counts


def told(port: int, path: str) -> Any:
    return json.loads(probe.get(HOST, port, path, PATIENCE_S).body)


def disturbed(report: LoadReport, pause_s: float) -> bool:
    lost = not report.outcomes.sent or report.dispatched != report.offered
    return lost or max(pause_s, report.lag_ms / 1000) > DISTURBED_S


def percentiles_ms(report: LoadReport, *wanted: float) -> list[float]:
    assert report.latency is not None
    histogram = HdrHistogram.decode(report.latency)
    return [histogram.get_value_at_percentile(percentile) / 1000 for percentile in wanted]


@every_loop
def test_a_constant_delay_is_every_requests_latency(load: Generator, loop: dict[str, Any]) -> None:
    report, _ = driven(load, "--delay 0.02", **loop)
    shortest, middle = percentiles_ms(report, 0, 50)
    assert report.outcomes.errors == 0
    assert shortest >= 20 * DIGITS
    assert middle < SLOW_MS


@every_loop
def test_an_exponential_delay_is_read_back_percentile_by_percentile(
    load: Generator, loop: dict[str, Any]
) -> None:
    options = "--exponential 0.03 --seed 7"
    report, counts = driven(load, options, **loop)
    asked = counts["right"]
    drawn = truthserver.delays(truthserver.parser().parse_args(["--port", "1", *options.split()]))
    known = sorted(1000 * delay for delay in islice(drawn, asked))
    for percentile, measured in zip((25, 50, 90), percentiles_ms(report, 25, 50, 90), strict=True):
        # A rank or two may go to another request where a percentile falls between them.
        assert measured >= known[int(asked * percentile / 100) - 2] * DIGITS
        assert measured < known[int(asked * percentile / 100)] + SLOW_MS


@pytest.mark.parametrize("connections", [200, 5], ids=["a connection for each", "too few connections"])
def test_a_stall_is_charged_to_all_who_were_due_in_it(load: Generator, connections: int) -> None:
    report, _ = driven(load, "--stall 0.1 --every 0.5", rate=500.0, connections=connections, window_s=1.0)
    above_the_truth = percentiles_ms(report, 85, 90, 95, 99)
    # A fifth of the arrivals come in the stalls, and wait evenly 0 to 100 ms for its end; 4 ms for the
    # arrivals (2 ms apart) at the edges of two stalls.
    for measured, known in zip(above_the_truth, (25, 50, 75, 95), strict=True):
        assert known - 4 <= measured < known + SLOW_MS
    assert report.outcomes.ok == report.dispatched


@every_loop
def test_every_outcome_is_counted_exactly(load: Generator, loop: dict[str, Any]) -> None:
    report, counts = driven(load, "--faults reset,length,status,never --each 20", **loop, timeout_s=5.0)
    outcomes = report.outcomes
    assert counts["right"] == outcomes.ok
    assert counts["reset"] == outcomes.connection_error > 0
    assert counts["length"] == outcomes.invalid_body > 0
    assert counts["status"] == outcomes.bad_status > 0
    assert counts["never"] == outcomes.timeout > 0


@every_loop
@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_answers_without_a_length_are_right_to_the_last_one(
    load: Generator, loop: dict[str, Any], framing: str
) -> None:
    report, counts = driven(load, f"--framing {framing}", **loop)
    assert report.outcomes.errors == 0
    assert report.outcomes.ok == counts["right"] > 0


@every_loop
def test_a_server_that_never_answers_is_all_timeouts(load: Generator, loop: dict[str, Any]) -> None:
    report, _ = driven(load, "--faults never --each 1", **loop, timeout_s=0.3)
    outcomes = report.outcomes
    assert outcomes.timeout + outcomes.unfinished == outcomes.sent
    assert outcomes.timeout > 0
    assert percentiles_ms(report, 0, 100) == pytest.approx([300, 300], rel=0.002)


def test_the_wait_for_too_few_connections_is_charged(load: Generator) -> None:
    report, _ = driven(load, "--delay 0.05", rate=100.0, connections=2)
    (longest,) = percentiles_ms(report, 100)
    # 50 arrivals, 10 ms apart: two at a time take 25 rounds of 50 ms.
    sent = report.dispatched
    assert sent == report.outcomes.ok > 10
    assert longest >= -(-sent // 2) * 50 - (sent - 1) * 10
