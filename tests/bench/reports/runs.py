"""One run with every kind of cell, verdict, open-loop row and capacity, for all reports to show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from betterworker.bench.model import (
    ClientStanding,
    Estimate,
    Interval,
    Latency,
    Paces,
    ServerTerms,
    Setup,
    Summary,
)
from tests.bench.builders import (
    a_capacity,
    a_ceiling,
    a_comparison,
    a_conclusion,
    a_deployment,
    a_finding,
    a_machine,
    a_paced,
    a_result,
    a_run,
    a_standing,
    a_study,
    a_summary,
    a_swept,
    an_answer,
    an_estimate,
    an_interval,
    an_outcomes,
    by_request,
)
from tests.bench.diagnosis.builders import a_cost

if TYPE_CHECKING:
    from betterworker.bench.model import (
        ByRequest,
        Capacity,
        Conclusion,
        Paced,
        Standing,
        Status,
        Study,
        Swept,
    )

EIGHT = (
    "gunicorn-gevent",
    "gunicorn-gevent#2",
    "uvicorn",
    "hypercorn-asyncio",
    "hypercorn-uvloop",
    "hypercorn-trio",
    "granian-wsgi",
    "granian-asgi",
)
ROWS = ("json:sync", "json:async", "blocking-1s:async")
MIXED = "mixed-blocking:sync"
OBJECTIVE = "p99<250ms,errors<0.1%"
SWEEPS = {"json:sync": (8, 512)}
CLIENTS = {"aiohttp-pooled:async": "aiohttp pooled", "httpx-pooled:async": "httpx pooled"}

TIMED_OUT = a_finding(
    gate="error_share", message="12.0 % of 8,000 requests timed out at 6 s", advice="Open the view by hand."
)
BUSY = a_finding(
    gate="generator_limited",
    severity="label",
    message="the load used 97 % of its CPU",
    advice="Read its cost.",
)
AT_CEILING = a_finding(gate="at_ceiling", severity="label", message="near the ceiling", advice="")
UNANSWERED = a_finding(
    gate="fails",
    message="HTTP 500: RuntimeError: no [running] event loop | <trio>",
    advice="Expected: no asyncio loop",
)
ABSENT = a_finding(
    gate="not_installed", severity="note", message="granian is not installed", advice="Install it."
)
NOT_RUN = a_finding(gate="not_run", severity="note", message="not measured yet", advice="Resume the run.")
TOO_FAST = a_finding(
    gate="saturated", severity="label", message="reached 180 of 240 RPS", advice="Read it as a limit."
)


FOUND: dict[str, Any] = {
    "command": ("/usr/bin/python3", "-m", "uvicorn", "site.asgi:application"),
    "asked": ServerTerms(processes=2, backlog=2048, keep_alive=True),
    "in_force": ServerTerms(processes=2, threads=3, backlog=100, keep_alive=True),
}


def a_setup(**overrides: Any) -> Setup:
    setup = Setup(
        interface="asgi",
        about="uvicorn by itself",
        distributions=("uvicorn", "uvloop"),
        unequal=("its backlog stays 100",),
    )
    return replace(setup, **overrides)


def of_workers(setup: Setup | None, **found: Any) -> Summary:
    """A run of uvicorn alone, in one window; ``found`` are fields of its Result."""
    study = a_study(workers=("uvicorn",), setups={"uvicorn": setup} if setup else {})
    machine = a_machine(packages={"uvicorn": "0.54.0"})
    return a_summary(run=a_run([a_result(**found)], study=study, machine=machine))


def every_kind() -> Summary:
    """Best, tied, at ceiling, generator-limited, saturated, invalid, failed, not installed and not run."""
    run = a_run(study=_study(), ceilings=(a_ceiling(),), finished=False)
    unfinished = a_finding(
        gate="unfinished", severity="label", message="the study is not finished", advice=""
    )
    return Summary(
        run=run,
        estimates=_estimates(),
        standings=_standings(),
        paced=_paced(),
        capacities=_capacities(),
        findings=(unfinished,),
        clients=(_clients(),),
        swept=_swept(),
        requests=_requests(),
        conclusions=_conclusions(),
        answers=(an_answer(a_comparison(leader="gunicorn-gevent", rival="uvicorn")),),
        deployment=a_deployment(),
        costs=(a_cost(workers=("uvicorn",)),),
        looked=("Looked at: DEBUG.",),
    )


def _clients() -> ClientStanding:
    leader, rival = CLIENTS
    standing = a_standing(a_comparison(scenario="clients:async", leader=leader, rival=rival), aa=None)
    return ClientStanding(worker="uvicorn", mode="async", standing=standing)


def _study() -> Study:
    study = a_study(workers=EIGHT, scenarios=(*ROWS, MIXED), looks=dict.fromkeys(ROWS, (6, 10, 16)))
    paces = Paces(scenarios=("json:sync",), objective=OBJECTIVE)
    delays = {**study.delays, "blocking-1s:async": 1.0}
    mixes = {MIXED: (180.0, 20.0)}
    return replace(study, delays=delays, mixes=mixes, paces=paces, clients=CLIENTS, sweeps=SWEEPS)


def _estimates() -> tuple[Estimate, ...]:
    measured = (
        _cell("gunicorn-gevent", "json:sync", 31_000.0, best=True),
        _cell("gunicorn-gevent#2", "json:sync", 30_800.0, best=True),
        _cell("hypercorn-asyncio", "json:sync", 3_000.0, status="generator_limited", findings=(BUSY,)),
        _cell("hypercorn-uvloop", "json:sync", 4_210.0),
        _cell("uvicorn", "json:async", 505.0),
        _cell("hypercorn-uvloop", "json:async", 506.0),
        _cell("gunicorn-gevent", "blocking-1s:async", 2.0),
        _cell("uvicorn", "blocking-1s:async", 199.0, best=True, status="at_ceiling", findings=(AT_CEILING,)),
        _cell(
            "hypercorn-asyncio",
            "blocking-1s:async",
            198.0,
            best=True,
            status="at_ceiling",
            findings=(AT_CEILING,),
        ),
        _invalid("uvicorn", "json:sync"),
    )
    present = {(estimate.worker, estimate.scenario): estimate for estimate in measured}
    return tuple(present.get((worker, row)) or _without(worker, row) for row in ROWS for worker in EIGHT)


def _cell(worker: str, scenario: str, rps: float, **overrides: Any) -> Estimate:
    goodput = an_interval(median=rps, low=rps / 1.01, high=rps * 1.01, n=6)
    return an_estimate(worker=worker, scenario=scenario, goodput=goodput, **overrides)


def _invalid(worker: str, scenario: str) -> Estimate:
    return an_estimate(
        worker=worker,
        scenario=scenario,
        status="invalid",
        goodput=None,
        outcomes=an_outcomes(sent=8_000, timeout=960),
        findings=(TIMED_OUT,),
    )


def _without(worker: str, scenario: str) -> Estimate:
    finding = {"hypercorn-trio": UNANSWERED, "granian-wsgi": ABSENT}.get(worker, NOT_RUN)
    status: Status = "failed" if finding is UNANSWERED else "not_run"
    return Estimate(worker=worker, scenario=scenario, status=status, findings=(finding,))


def _standings() -> tuple[Standing, ...]:
    def rival(scenario: str, leader: str, rival: str, *ratio: float, **overrides: Any) -> Any:
        median, low, high = ratio
        interval = Interval(median=median, low=low, high=high, n=6)
        return a_comparison(scenario=scenario, leader=leader, rival=rival, ratio=interval, **overrides)

    gevent, waiting = "gunicorn-gevent", "blocking-1s:async"
    return (
        a_standing(
            rival("json:sync", gevent, "gunicorn-gevent#2", 0.994, 0.982, 1.004, verdict="tied"),
            rival("json:sync", gevent, "hypercorn-asyncio", 0.097, 0.091, 0.103, verdict="cannot tell"),
            rival("json:sync", gevent, "hypercorn-uvloop", 0.136, 0.131, 0.141),
        ),
        a_standing(
            rival(
                "json:async",
                "hypercorn-uvloop",
                "uvicorn",
                0.998,
                0.951,
                1.047,
                verdict="cannot tell",
                more=12,
            ),
            aa=None,
        ),
        a_standing(
            rival(waiting, "uvicorn", gevent, 0.0101, 0.0098, 0.0104),
            rival(waiting, "uvicorn", "hypercorn-asyncio", 0.995, 0.99, 1.001, verdict="tied"),
        ),
    )


def _paced() -> tuple[Paced, ...]:
    few = Latency(p50=3.3, p95=9.9, p99=None, max=14.0)
    return (
        a_paced(worker="gunicorn-gevent", rate=15_500.0),
        a_paced(
            worker="uvicorn",
            latency=few,
            tail=Interval(median=9.9, low=8.0, high=12.0, n=2),
            tail_percentile=95,
        ),
        a_paced(worker="hypercorn-uvloop", point="80%", rate=240.0, status="saturated", findings=(TOO_FAST,)),
        a_paced(worker="gunicorn-gevent", point="common"),
        a_paced(
            worker="uvicorn",
            point="common",
            status="invalid",
            latency=None,
            tail=None,
            outcomes=an_outcomes(sent=8_000, timeout=960),
            findings=(TIMED_OUT,),
        ),
        a_paced(worker="hypercorn-asyncio", point="common", status="generator_limited", findings=(BUSY,)),
        _mixed("gunicorn-gevent", "mixed", 16.0),
        _mixed("uvicorn", "mixed", 1_024.0),
        _mixed("gunicorn-gevent", "alone", 8.0),
        _mixed("uvicorn", "alone", 8.0),
    )


def _swept() -> tuple[Swept, ...]:
    return (
        a_swept(worker="gunicorn-gevent", connections=8),
        a_swept(connections=8, goodput=an_interval(median=515.0, low=500.0, high=530.0, n=2)),
        a_swept(worker="hypercorn-asyncio", connections=8, status="generator_limited", findings=(BUSY,)),
        a_swept(
            connections=512,
            status="invalid",
            goodput=None,
            outcomes=an_outcomes(sent=8_000, timeout=960),
            findings=(TIMED_OUT,),
        ),
    )


def _requests() -> tuple[ByRequest, ...]:
    """Of the row json:sync, as if it were made of two."""
    row = {"scenario": "json:sync", "worker": "gunicorn-gevent"}
    return (
        by_request(**row),
        by_request(**{**row, "worker": "uvicorn"}, status="invalid", outcomes=an_outcomes(timeout=120)),
        by_request(**row, name="<search>", share=0.75, alone=None),
        by_request(**row, point="50%", latency=None),
    )


def _conclusions() -> tuple[Conclusion, ...]:
    """A few: a grade, one that cannot be told, a client's name, and what was not measured."""
    return (
        a_conclusion(worker="gunicorn-gevent", grade="good", ratio=None, against=None, because="the best"),
        a_conclusion(),
        a_conclusion(topic="memory", grade=None, between=("good", "regular")),
        a_conclusion(topic="async_client", grade=None, best=("aiohttp pooled", "httpx pooled"), ratio=None),
        a_conclusion(worker="granian-wsgi", topic="cpu", grade="unmeasured", ratio=None, because="<b>no</b>"),
    )


def _mixed(worker: str, point: str, p99: float) -> Paced:
    latency = Latency(p50=2.1, p95=4.3, p99=p99, max=2_000.0)
    slow = Latency(p50=1_001.0, p95=1_100.0, p99=None, max=2_000.0) if point == "mixed" else None
    return a_paced(
        worker=worker, scenario=MIXED, point=point, rate=200.0, latency=latency, slow=slow, tail=None
    )


def _capacities() -> tuple[Capacity, ...]:
    return (
        a_capacity(worker="gunicorn-gevent", objective=OBJECTIVE),
        a_capacity(
            worker="uvicorn",
            objective=OBJECTIVE,
            rate=None,
            broken_at=5.0,
            found=False,
            reason="none kept it",
        ),
    )
