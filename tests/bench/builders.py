"""One builder per noun: a plain valid value, any field of which a test may override by keyword."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hdrh.histogram import HdrHistogram

from betterworker.bench.compare import Change, Compared, Differs
from betterworker.bench.conditions import Condition, Outcome
from betterworker.bench.gates import Cell
from betterworker.bench.model import (
    Answer,
    ByRequest,
    Capacity,
    Ceiling,
    Comparison,
    Conclusion,
    Deployment,
    Estimate,
    Failure,
    Finding,
    Gain,
    Interval,
    Latency,
    Launch,
    Load,
    Machine,
    Outcomes,
    Paced,
    Paces,
    Part,
    Reply,
    Result,
    Run,
    Sample,
    Scenario,
    Standing,
    Study,
    Summary,
    Swept,
    Target,
    Trial,
    Worker,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORKERS = ("gunicorn-gevent", "uvicorn")
SCENARIOS = ("json:sync", "json:async")


def a_target(**overrides: Any) -> Target:
    return replace(Target(name="site", wsgi="site.wsgi", asgi="site.asgi"), **overrides)


def a_launch(**overrides: Any) -> Launch:
    launch = Launch(
        python="/usr/bin/python3",
        host="127.0.0.1",
        port=8000,
        processes=2,
        concurrency=100,
        wsgi="site.wsgi:application",
        asgi="site.asgi:application",
    )
    return replace(launch, **overrides)


def a_worker(**overrides: Any) -> Worker:
    worker = Worker(
        name="uvicorn",
        interface="asgi",
        distributions=("uvicorn",),
        command=lambda launch: (launch.python, "-m", "uvicorn", launch.asgi),
        server_header="uvicorn",
        about="an ASGI server",
    )
    return replace(worker, **overrides)


def a_reply(**overrides: Any) -> Reply:
    return replace(Reply(status=200, headers={}, body=b"[1]"), **overrides)


def a_scenario(**overrides: Any) -> Scenario:
    scenario = Scenario(
        name="json",
        mode="sync",
        path="/sync/json",
        effort="light",
        check=lambda reply: None if reply.status == 200 else f"HTTP {reply.status}",
        about="a one-item list",
    )
    return replace(scenario, **overrides)


def a_study(
    workers: Sequence[str] = WORKERS, scenarios: Sequence[str] = SCENARIOS, **overrides: Any
) -> Study:
    """Every scenario gets the same load and no delay: override ``delays`` for a view that waits."""
    study = Study(
        profile="quick",
        target="site",
        workers=tuple(workers),
        scenarios=tuple(scenarios),
        connections=dict.fromkeys(scenarios, 200),
        windows=dict.fromkeys(scenarios, 1.0),
        warmups=dict.fromkeys(scenarios, 0.5),
        timeouts=dict.fromkeys(scenarios, 6.0),
        delays=dict.fromkeys(scenarios, 0.0),
        looks=dict.fromkeys(scenarios, (3,)),
        mixes={},
        paces=Paces(),
        blocks_per_round=dict.fromkeys(scenarios, 1),
        margin=0.03,
        memory_mb=8_000.0,
        seed=1,
        processes=2,
        server_cpus=(0,),
        load_cpus=(1,),
        upstream_latency_s=0.1,
    )
    return replace(study, **overrides)


def a_trial(**overrides: Any) -> Trial:
    trial = Trial(
        worker="uvicorn",
        scenario="json:sync",
        round=0,
        block=0,
        load=Load(connections=200),
        warmup_s=0.5,
        window_s=1.0,
        timeout_s=6.0,
    )
    return replace(trial, **overrides)


def an_outcomes(**overrides: int) -> Outcomes:
    """Balanced: what is not said otherwise was right."""
    wrong = sum(count for kind, count in overrides.items() if kind not in ("sent", "ok"))
    sent = overrides.pop("sent", 1000)
    return Outcomes(sent=sent, ok=overrides.pop("ok", sent - wrong), **overrides)


def a_histogram(values_us: Iterable[int]) -> str:
    """HdrHistogram V2 as a Sample holds it."""
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for value in values_us:
        histogram.record_value(value)
    return str(histogram.encode(), "ascii")


def a_sample(**overrides: Any) -> Sample:
    sample = Sample(
        window_s=1.0,
        completed=1000,
        outcomes=an_outcomes(),
        latency=a_histogram(range(1_000, 1_001_000, 1_000)),
        generator_cpu=0.2,
        server_cpu_s=0.9,
        peak_pss_mb=80.0,
        processes=2,
    )
    return replace(sample, **overrides)


def a_failure(**overrides: Any) -> Failure:
    failure = Failure(kind="wrong_answer", reason="HTTP 500: RuntimeError: no running event loop")
    return replace(failure, **overrides)


def a_result(**overrides: Any) -> Result:
    """With a sample, unless a failure is given."""
    values = {
        "trial": a_trial(),
        "started_at": "2025-01-01T00:00:00+00:00",
        "spent_s": {"warmup": 0.5, "window": 1.0, "drain": 0.5},
        "sample": None if overrides.get("failure") else a_sample(),
        "processes_asked": 2,
    }
    return Result(**{**values, **overrides})


def results(worker: str, scenario: str, *parts: float | Sample | Failure) -> tuple[Result, ...]:
    """One result a block and round. A number is a window of one second with that many right answers."""
    return tuple(
        _part(a_trial(worker=worker, scenario=scenario, round=block, block=block), part)
        for block, part in enumerate(parts)
    )


def _part(trial: Trial, part: float | Sample | Failure) -> Result:
    if isinstance(part, Failure):
        return a_result(trial=trial, failure=part)
    if isinstance(part, Sample):
        return a_result(trial=trial, sample=part)
    return a_result(trial=trial, sample=a_sample(completed=round(part)))


def a_cell(*parts: float | Sample | Failure, **overrides: Any) -> Cell:
    """A gate's facts, of windows as in :func:`results` (one of 1,000 RPS when none is given)."""
    cell = Cell(
        worker="uvicorn",
        scenario="json:sync",
        delay_s=0.0,
        connections=200,
        results=results("uvicorn", "json:sync", *(parts or (1000,))),
    )
    return replace(cell, **overrides)


def a_ceiling(**overrides: Any) -> Ceiling:
    return replace(Ceiling(connections=200, rps=100_000.0, generator_cpu=0.8), **overrides)


def a_machine(**overrides: Any) -> Machine:
    machine = Machine(
        system="Debian GNU/Linux 12",
        kernel="6.1.0",
        cpu_model="A CPU",
        cpus=(0, 1),
        memory_mb=8_000.0,
        python="3.11.9",
        packages={"Django": "5.2", "uvicorn": "0.34.0"},
    )
    return replace(machine, **overrides)


def a_run(*parts: Iterable[Result], **overrides: Any) -> Run:
    """A finished run of the results given."""
    run = Run(
        id="20250101-000000",
        study=a_study(),
        machine=a_machine(),
        ceilings=(a_ceiling(),),
        results=tuple(result for part in parts for result in part),
        finished=True,
    )
    return replace(run, **overrides)


def a_finding(**overrides: Any) -> Finding:
    finding = Finding(
        gate="impossible",
        severity="invalid",
        message="1,592 RPS, but at most 667 are possible",
        advice="Check the route.",
    )
    return replace(finding, **overrides)


def an_interval(**overrides: Any) -> Interval:
    return replace(Interval(median=4210.0, low=4100.0, high=4320.0, n=3), **overrides)


def a_latency(**overrides: Any) -> Latency:
    return replace(Latency(p50=40.5, p95=80.25, p99=120.0, max=200.0), **overrides)


def an_estimate(**overrides: Any) -> Estimate:
    """An ok cell with every figure."""
    estimate = Estimate(
        worker="uvicorn",
        scenario="json:sync",
        status="ok",
        goodput=an_interval(),
        latency=a_latency(),
        outcomes=an_outcomes(sent=12_630),
        cpu_s_per_1000=0.95,
        peak_pss_mb=81.5,
    )
    return replace(estimate, **overrides)


def a_comparison(**overrides: Any) -> Comparison:
    """The leader beats a rival that is 20 % slower."""
    comparison = Comparison(
        scenario="json:sync",
        leader="uvicorn",
        rival="gunicorn-gevent",
        ratio=Interval(median=0.8, low=0.78, high=0.82, n=6),
        verdict="beats",
    )
    return replace(comparison, **overrides)


def a_standing(*comparisons: Comparison, **overrides: Any) -> Standing:
    """Of these comparisons, with an A/A; scenario and leader are the first one's."""
    first = comparisons[0] if comparisons else a_comparison()
    standing = Standing(
        scenario=first.scenario,
        leader=first.leader,
        comparisons=comparisons,
        aa=Interval(median=1.001, low=0.99, high=1.01, n=6),
        blocks=6,
        settled=all(comparison.verdict != "cannot tell" for comparison in comparisons),
    )
    return replace(standing, **overrides)


def a_paced(**overrides: Any) -> Paced:
    """Kept its rate, with every figure."""
    paced = Paced(
        worker="uvicorn",
        scenario="json:sync",
        point="50%",
        rate=210.0,
        status="ok",
        latency=Latency(p50=2.1, p95=4.3, p99=8.0, max=12.0),
        tail=Interval(median=8.0, low=7.2, high=9.0, n=2),
        tail_percentile=99,
        goodput=209.5,
        send_lag_ms=0.2,
        outcomes=an_outcomes(sent=2_100),
    )
    return replace(paced, **overrides)


def a_part(count: int = 1_000, ms: float = 10.0, **outcomes: int) -> Part:
    """So many requests, each answered after ``ms``; ``outcomes`` as of :func:`an_outcomes`."""
    outcome = an_outcomes(**{"sent": count, **outcomes})
    return Part(outcomes=outcome, latency=a_histogram([round(ms * 1_000)] * outcome.ok))


def by_request(**overrides: Any) -> ByRequest:
    """A quarter of the traffic, four times as slow as alone."""
    each = ByRequest(
        worker="uvicorn",
        scenario="traffic:sync",
        point="",
        name="book",
        status="ok",
        share=0.25,
        outcomes=an_outcomes(sent=2_500),
        latency=Latency(p50=20.0, p95=35.0, p99=40.0, max=50.0),
        alone=Latency(p50=5.0, p95=9.0, p99=10.0, max=12.0),
    )
    return replace(each, **overrides)


def a_capacity(**overrides: Any) -> Capacity:
    """Found, between two rates."""
    capacity = Capacity(
        worker="uvicorn",
        scenario="json:sync",
        objective="p99<250ms",
        rate=1_250.0,
        broken_at=1_310.0,
        probes=9,
        found=True,
    )
    return replace(capacity, **overrides)


def a_summary(*estimates: Estimate, **overrides: Any) -> Summary:
    """A finished run of these estimates; workers and scenarios in the order they come in."""
    workers = tuple(dict.fromkeys(estimate.worker for estimate in estimates))
    scenarios = tuple(dict.fromkeys(estimate.scenario for estimate in estimates))
    present = {(estimate.worker, estimate.scenario): estimate for estimate in estimates}
    every = tuple(
        present.get((worker, scenario), Estimate(worker=worker, scenario=scenario, status="not_run"))
        for scenario in scenarios
        for worker in workers
    )
    run = a_run(study=a_study(workers=workers, scenarios=scenarios))
    return replace(Summary(run=run, estimates=every), **overrides)


def a_swept(**overrides: Any) -> Swept:
    """Measured at eight connections, with its figure."""
    swept = Swept(
        worker="uvicorn",
        scenario="json:sync",
        connections=8,
        status="ok",
        goodput=an_interval(median=3_100.0, low=3_000.0, high=3_200.0, n=2),
        outcomes=an_outcomes(sent=1_860),
    )
    return replace(swept, **overrides)


def a_conclusion(**overrides: Any) -> Conclusion:
    """Weak, and sure of it."""
    conclusion = Conclusion(
        worker="uvicorn",
        topic="non_blocking",
        grade="weak",
        rule="good from 0.8 of the best on",
        because="over 3 rows",
        ratio=Interval(median=0.34, low=0.29, high=0.4, n=6),
        against="gunicorn-gevent",
        cells=("json:sync",),
    )
    return replace(conclusion, **overrides)


def an_answer(*comparisons: Comparison, **overrides: Any) -> Answer:
    """For a site of sync views, of these comparisons."""
    answer = Answer(
        site="sync",
        rows=("json:sync",),
        standing=a_standing(*comparisons, scenario="sync"),
        costs=("no async views",),
    )
    return replace(answer, **overrides)


def a_deployment(**overrides: Any) -> Deployment:
    """uvicorn, which beats what runs today."""
    deployment = Deployment(
        rows=("json:sync",),
        standing=a_standing(a_comparison(rival="baseline"), scenario="site"),
        worker="uvicorn",
        offered="uvicorn",
        project="shop",
        settings="shop.settings",
        processes=2,
        memory_mb=180.0,
        command=(
            "uvicorn",
            "--host",
            "{host}",
            "--port",
            "{port}",
            "--workers",
            "2",
            "shop.asgi:application",
        ),
        application="shop.asgi:application",
        requirements=("uvicorn==0.54.0",),
        reloads=True,
        baseline="gunicorn shop.wsgi",
        gain=Gain(ratio=Interval(median=1.25, low=1.22, high=1.28, n=6), verdict="gains", memory_mb=210.0),
    )
    return replace(deployment, **overrides)


def a_change(**overrides: Any) -> Change:
    """Worse: 4,210 RPS became 3,747."""
    change = Change(
        worker="uvicorn",
        scenario="json:sync",
        metric="goodput",
        before=4_210.0,
        after=3_747.0,
        ratio=Interval(median=0.89, low=0.85, high=0.93, n=4),
        fate="worse",
    )
    return replace(change, **overrides)


def a_compared(*changes: Change, **overrides: Any) -> Compared:
    """Two runs on equal terms, ``before`` and ``after``, of these changes."""
    workers = tuple(dict.fromkeys(change.worker for change in changes))
    scenarios = tuple(dict.fromkeys(change.scenario for change in changes))
    study = a_study(workers, scenarios)
    compared = Compared(
        before=a_run(id="before", study=study),
        after=a_run(id="after", study=study),
        changes=changes,
        differs=Differs(),
    )
    return replace(compared, **overrides)


def a_condition(**overrides: Any) -> Condition:
    condition = Condition(text="goodput<-5%", metric="goodput", above=False, limit=0.95, relative=True)
    return replace(condition, **overrides)


def an_outcome(**overrides: Any) -> Outcome:
    """Holds."""
    outcome = Outcome(
        condition=a_condition(),
        worker="uvicorn",
        row="json:sync",
        holds=True,
        figure=0.89,
        low=0.85,
        high=0.93,
        windows=4,
    )
    return replace(outcome, **overrides)
