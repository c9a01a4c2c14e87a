"""The topics that go by something else than answers: support, clients, costs, stability, latency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.judge import summarise
from betterworker.bench.model import Load
from tests.bench.builders import a_failure, a_histogram, a_run, a_sample, a_study, results
from tests.bench.concluded import (
    ASYNC,
    DIED,
    FAST,
    HALF,
    JSON,
    SLOW,
    WAITS,
    a_run_of,
    a_setup,
    of,
    summed,
)

if TYPE_CHECKING:
    from betterworker.bench.model import Result


@pytest.mark.parametrize(("interface", "grade"), [("asgi", "yes"), ("wsgi", "adapted")])
def test_async_support_follows_the_interface(interface: str, grade: str) -> None:
    setups = {"a": a_setup(interface, supports={"async": "somehow"})}
    found = of(summed({"a": {ASYNC: FAST}, "b": {ASYNC: HALF}}, setups=setups), "a", "async")
    assert found.grade == grade
    assert found.because.startswith("somehow")


def test_async_support_in_part_and_not_at_all() -> None:
    more = "query:async"
    workers = {"a": {ASYNC: FAST, more: DIED}, "b": {ASYNC: DIED, more: DIED}, "c": {ASYNC: FAST, more: FAST}}
    summary = summed(workers, setups=dict.fromkeys("abc", a_setup()))
    assert [of(summary, worker, "async").grade for worker in "abc"] == ["partly", "no", "yes"]


def test_an_old_run_does_not_know_the_interface() -> None:
    found = of(summed({"a": {ASYNC: FAST}}), "a", "async")
    assert (found.grade, found.between) == (None, ("yes", "adapted"))


def test_the_best_client_is_named() -> None:
    clients = {"requests:sync": "requests", "httpx:sync": "httpx"}
    summary = summed({"a": {"requests:sync": FAST, "httpx:sync": SLOW}}, clients=clients)
    found = of(summary, "a", "sync_client")
    assert (found.grade, found.best, found.because) == ("named", ("requests",), "beats httpx")


def test_clients_that_are_not_told_apart_are_all_named() -> None:
    clients = {"requests:sync": "requests", "httpx:sync": "httpx"}
    rows = {"requests:sync": (900, 400, 700, 950), "httpx:sync": (500, 900, 600, 700)}
    found = of(summed({"a": rows}, clients=clients), "a", "sync_client")
    assert (found.grade, set(found.best)) == (None, {"requests", "httpx"})


def test_clients_that_cannot_be_compared_say_so() -> None:
    clients = {"requests:sync": "requests", "httpx:sync": "httpx"}
    rows = {"requests:sync": FAST, "httpx:sync": DIED}
    failing = {"requests:sync": DIED, "httpx:sync": DIED}
    summary = summed({"a": rows, "b": failing}, clients=clients)
    assert of(summary, "a", "sync_client").because == "only requests has a figure"
    assert of(summary, "b", "sync_client").grade == "bad"
    assert of(summary, "a", "async_client").grade == "unmeasured"


def test_memory_and_cpu_go_by_the_least() -> None:
    small = [a_sample(peak_pss_mb=mb, server_cpu_s=0.5) for mb in (50.0, 50.5, 49.5, 50.0)]
    large = [a_sample(peak_pss_mb=mb, server_cpu_s=2.5) for mb in (80.0, 80.5, 79.5, 80.0)]
    summary = summed({"a": {JSON: small}, "b": {JSON: large}})
    assert (of(summary, "b", "memory").grade, of(summary, "b", "cpu").grade) == ("regular", "bad")
    assert of(summary, "b", "memory").against == "a"
    assert of(summary, "b", "memory").because.startswith("80 MB")


def test_waiting_rows_cost_no_cpu() -> None:
    summary = summed({"a": {JSON: FAST, WAITS: SLOW}, "b": {JSON: FAST, WAITS: SLOW}})
    assert (of(summary, "a", "cpu").cells, of(summary, "a", "memory").cells) == ((JSON,), (JSON, WAITS))


def test_a_restless_server_is_not_good() -> None:
    restless = [a_sample(rested=False), *[a_sample()] * 30]
    found = of(summed({"a": {JSON: restless}}), "a", "stability")
    assert (found.grade, found.because.partition(";")[0]) == ("regular", "restarted in 1 of 31 trials")


def test_a_twins_trouble_is_its_workers() -> None:
    run = a_run_of({"a": {JSON: FAST}})
    twin = results("a#twin", JSON, *[a_sample(rested=False)] * 4)
    found = of(summarise(replace(run, results=(*run.results, *twin)), {}), "a", "stability")
    assert "restarted in 4 of 8 trials" in found.because


def test_others_faults_and_probes_say_nothing_of_stability() -> None:
    run = a_run_of({"a": {JSON: [*FAST, a_failure(kind="generator"), a_failure(kind="backend")]}})
    (probe,) = results("a", JSON, a_sample(rested=False))
    load = Load(connections=200, rate=900.0)
    probing = replace(probe, trial=replace(probe.trial, point="objective", load=load, round=9))
    found = of(summarise(replace(run, results=(*run.results, probing)), {}), "a", "stability")
    assert (found.grade, "0 of 4 trials" in found.because) == ("good", True)


MIXED = "mixed:sync"


def mixed(**tails_ms: int) -> dict[str, str | None]:
    """The grades of workers by the latency of all their fast requests beside slow ones."""
    study = a_study(tuple(tails_ms), (MIXED,), mixes={MIXED: (180.0, 20.0)})
    parts = [_mixed(worker, tail) for worker, tail in tails_ms.items()]
    summary = summarise(a_run(*parts, study=study), {})
    return {worker: of(summary, worker, "mixed_latency").grade for worker in tails_ms}


def _mixed(worker: str, tail_ms: int) -> list[Result]:
    load = Load(connections=256, rate=1000.0)
    samples = [
        a_sample(offered=1000, dispatched=1000, latency=a_histogram([1000 * (tail_ms + at)] * 1000))
        for at in (0, 1, 0, 1)
    ]
    return [
        replace(each, trial=replace(each.trial, point="mixed", load=load))
        for each in results(worker, MIXED, *samples)
    ]


def test_mixed_traffic_goes_by_the_tail_of_the_fast() -> None:
    assert mixed(a=100, b=160, c=900) == {"a": "good", "b": "regular", "c": "bad"}
