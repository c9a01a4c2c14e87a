from __future__ import annotations

import math
import random

import pytest

from betterworker.bench.model import Load, Result
from betterworker.bench.objective import parse
from betterworker.bench.search import MOST_PROBES, Found, Probe, next_probe, next_rate
from tests.bench.builders import a_failure, a_histogram, a_result, a_sample, a_trial, an_outcomes

PEAK = 1000.0
SLOW = a_sample(latency=a_histogram([500_000] * 1000), outcomes=an_outcomes(sent=1000))
OBJECTIVE = parse("p99<250ms")


class Server:
    """Keeps any rate under its capacity, which varies by ``noise`` from probe to probe; some probes lie."""

    def __init__(self, capacity: float, *, noise: float = 0.0, lies: float = 0.0, seed: int = 0) -> None:
        self.capacity, self.noise, self.lies = capacity, noise, lies
        self.random = random.Random(seed)

    def probe(self, rate: float) -> Probe:
        kept = rate < self.capacity * math.exp(self.random.gauss(0, self.noise))
        return Probe(rate=rate, kept=kept is not (self.random.random() < self.lies))


def search(server: Server, peak: float = PEAK) -> tuple[Found, list[Probe]]:
    probes: list[Probe] = []
    while not isinstance(step := next_probe(peak, probes), Found):
        probes.append(server.probe(step))
    return step, probes


def is_near(found: Found, capacity: float) -> bool:
    return found.rate is not None and abs(math.log(found.rate / capacity)) < math.log(1.05)


def probed(*answers: bool | None, rate: float = 700.0) -> list[Probe]:
    return [Probe(rate=rate, kept=kept) for kept in answers]


def test_the_first_probe_is_at_seven_tenths_of_the_peak() -> None:
    step = next_probe(PEAK, [])
    assert step == pytest.approx(700, rel=0.02)


@pytest.mark.parametrize("capacity", [12.0, 55.0, 320.0, 690.0, 705.0, 980.0, 1250.0])
def test_a_server_that_does_not_vary_is_found_to_five_per_cent(capacity: float) -> None:
    found, probes = search(Server(capacity))
    assert found.rate is not None
    assert found.broken_at is not None
    assert found.rate < capacity <= found.broken_at <= 1.05 * found.rate
    assert len(probes) < 20


@pytest.mark.parametrize("peak", [2.5, 99.7, 101.3, 34_567.0])
def test_rates_have_three_digits_at_any_scale(peak: float) -> None:
    found, probes = search(Server(0.61 * peak), peak)
    assert is_near(found, 0.61 * peak)
    assert all(float(f"{probe.rate:.3g}") == probe.rate for probe in probes)


def test_one_probe_in_ten_may_lie() -> None:
    near = 0
    for seed in range(200):
        capacity = PEAK * random.Random(seed).uniform(0.4, 1.1)
        found, _ = search(Server(capacity, noise=0.02, lies=0.1, seed=seed))
        near += is_near(found, capacity)
    assert near >= 188


def test_an_answer_needs_most_of_two_probes_on_both_sides() -> None:
    found, probes = search(Server(640.0, noise=0.02, lies=0.1, seed=5))
    below = [probe.kept for probe in probes if probe.rate == found.rate]
    above = [probe.kept for probe in probes if probe.rate == found.broken_at]
    assert found.complete
    assert min(len(below), len(above)) >= 2
    assert below.count(True) > len(below) / 2
    assert above.count(False) > len(above) / 2


def test_a_search_ends_even_if_the_probes_make_no_sense() -> None:
    found, probes = search(Server(600.0, lies=0.5, seed=0))
    assert len(probes) == MOST_PROBES
    assert not found.complete
    assert "contradict each other" in found.reason


def test_nothing_kept_down_to_a_hundredth_of_the_peak_ends_it() -> None:
    found, probes = search(Server(1.0))
    assert (found.rate, found.complete) == (None, True)
    assert found.reason == "not kept even at 1 % of the closed loop's peak of 1,000 RPS"
    assert len(probes) < 12


def test_a_server_that_keeps_everything_is_not_driven_far_over_the_peak() -> None:
    found, probes = search(Server(1e6))
    assert (found.rate, found.broken_at) == (1300.0, None)
    assert found.reason == "kept even at 1.3 times the closed loop's peak of 1,000 RPS"
    assert max(probe.rate for probe in probes) == 1300.0


def test_a_rate_that_cannot_be_sent_is_not_the_servers_limit() -> None:
    probes: list[Probe] = []
    while not isinstance(step := next_probe(PEAK, probes), Found):
        probes.append(Probe(rate=step, kept=True if step < 500 else None))
    assert step.broken_at is None
    assert step.rate == pytest.approx(500, rel=0.05)
    assert step.reason.startswith("the load generator cannot send")


def test_a_search_goes_on_where_it_stopped() -> None:
    _, probes = search(Server(530.0, noise=0.03, seed=1))
    assert [next_probe(PEAK, probes[:count]) for count in range(len(probes))] == [p.rate for p in probes]


def test_a_peak_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="peak over 0"):
        next_probe(0.0, [])


def stored(rate: float = 700.0, **overrides: object) -> Result:
    trial = a_trial(point="objective", load=Load(connections=64, rate=rate))
    return a_result(trial=trial, **overrides)


def test_stored_windows_are_judged_by_the_objective() -> None:
    fast = a_sample(latency=a_histogram([9_000] * 1000))
    assert next_rate(OBJECTIVE, PEAK, [stored(sample=fast)]) == next_probe(PEAK, probed(True))
    assert next_rate(OBJECTIVE, PEAK, [stored(sample=SLOW)]) == next_probe(PEAK, probed(False))


def test_a_server_that_died_under_a_rate_did_not_keep_it() -> None:
    died = stored(failure=a_failure(kind="died"))
    assert next_rate(OBJECTIVE, PEAK, [died]) == next_probe(PEAK, probed(False))


def test_a_generator_that_died_says_nothing_of_the_server() -> None:
    lost = stored(failure=a_failure(kind="generator"))
    assert next_rate(OBJECTIVE, PEAK, [lost]) == next_probe(PEAK, probed(None))


def test_a_server_that_does_not_start_ends_the_search() -> None:
    found = next_rate(OBJECTIVE, PEAK, [stored(sample=SLOW), stored(failure=a_failure(reason="no port"))])
    assert isinstance(found, Found)
    assert (found.complete, found.reason, found.rate) == (False, "no port", None)
