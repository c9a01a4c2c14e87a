"""What a project should be deployed on, from its runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from betterworker.bench.judge import summarise
from betterworker.bench.judge.typed import application, typed
from betterworker.bench.model import Deployment, Project, ServerTerms
from tests.bench.builders import a_failure, a_result, a_run, a_sample, a_study, a_trial
from tests.bench.concluded import FAST, HALF, SLOW, a_run_of, a_setup, summed
from tests.bench.project.builders import a_project

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW = "books:sync"
TRAFFIC = "traffic:sync"
PROJECT = a_project(
    baseline="gunicorn shop.wsgi",
    added={"uvicorn": "0.54.0", "uvicorn-worker": "0.4.0", "betterworker": "1.0"},
)
NOISY = (1000, 1300, 800, 1100)


def deployed(workers: dict[str, Any], **study: Any) -> Deployment:
    found = summed(workers, project=PROJECT, **study).deployment
    assert found is not None
    return found


def test_the_built_in_site_has_none() -> None:
    assert summed({"a": {ROW: FAST}, "b": {ROW: SLOW}}).deployment is None


def test_the_best_of_all_requests_is_deployed() -> None:
    found = deployed({"a": {ROW: FAST, "home:sync": HALF}, "b": {ROW: HALF, "home:sync": SLOW}})
    assert (found.worker, found.unsure, found.rows) == ("a", (), (ROW, "home:sync"))


def test_views_of_both_modes_are_one_site() -> None:
    found = deployed({"a": {ROW: FAST, "home:async": SLOW}, "b": {ROW: HALF, "home:async": FAST}})
    assert found.worker == "b"


def test_mixed_traffic_speaks_for_the_site() -> None:
    found = deployed({"a": {ROW: FAST, TRAFFIC: HALF}, "b": {ROW: SLOW, TRAFFIC: FAST}})
    assert (found.worker, found.rows) == ("b", (TRAFFIC,))


def test_the_gain_is_over_what_runs_today() -> None:
    gain = deployed({"baseline": {ROW: HALF}, "a": {ROW: FAST}}).gain
    assert gain is not None
    assert (gain.verdict, round(gain.ratio.median, 2), gain.memory_mb) == ("gains", 1.67, 80.0)
    assert gain.ratio.low is not None
    assert gain.ratio.low > 1


def test_what_runs_today_may_be_the_best() -> None:
    found = deployed({"baseline": {ROW: FAST}, "a": {ROW: HALF}})
    assert (found.keeps, found.offered, found.gain, found.fails) == (True, "baseline", None, False)


def test_the_data_may_not_be_able_to_tell() -> None:
    found = deployed({"a": {ROW: NOISY}, "b": {ROW: NOISY[::-1]}})
    assert {found.worker, *found.unsure} == {"a", "b"}


def test_where_what_runs_today_is_only_in_front_the_nearest_is_offered() -> None:
    found = deployed({"baseline": {ROW: (1000, 1310, 810, 1110)}, "a": {ROW: NOISY[::-1]}, "b": {ROW: NOISY}})
    nearest = max(found.standing.comparisons, key=lambda each: each.ratio.median)
    assert (found.worker, found.offered, found.keeps) == ("baseline", nearest.rival, False)
    assert found.gain is not None
    assert (found.gain.verdict, found.gain.ratio) == ("cannot tell", nearest.ratio)


def test_all_that_is_told_is_of_the_one_offered() -> None:
    setups = {"a": a_setup(distributions=("uvicorn",))}
    noisy = {"baseline": {ROW: (1000, 1310, 810, 1110)}, "a": {ROW: NOISY[::-1]}}
    assert deployed(noisy, setups=setups).requirements == ("uvicorn==0.54.0",)


def test_a_baseline_that_fails_gives_no_gain() -> None:
    died = (1000, a_failure(kind="died", reason="out of memory"))
    found = deployed({"baseline": {ROW: died}, "a": {ROW: FAST}, "b": {ROW: SLOW}})
    assert (found.worker, found.gain, found.fails) == ("a", None, True)


def test_without_a_baseline_nothing_is_said_of_a_gain() -> None:
    found = deployed({"a": {ROW: FAST}, "b": {ROW: SLOW}})
    assert (found.gain, found.fails) == (None, False)


def test_where_no_worker_has_a_figure_none_is_named() -> None:
    failed = (a_failure(), a_failure(), a_failure(), a_failure())
    assert deployed({"a": {ROW: failed}, "b": {ROW: failed}}).worker is None


def test_packages_the_project_lacks_are_told_with_their_versions() -> None:
    setups = {"a": a_setup(distributions=("uvicorn", "httptools"))}
    assert deployed({"a": {ROW: FAST}, "b": {ROW: SLOW}}, setups=setups).requirements == ("uvicorn==0.54.0",)


@pytest.mark.parametrize(
    ("least", "processes", "reloads"), [(None, 2, False), (1, 1, True), (2, 1, False), (2, 2, True)]
)
def test_it_is_reloaded_where_so_many_processes_go_on_serving(
    least: int | None, processes: int, reloads: bool
) -> None:
    run = a_run_of({"a": {ROW: FAST}}, project=PROJECT, setups={"a": a_setup(reloads_from=least)})
    result = a_result(
        trial=a_trial(worker="a", scenario=ROW, round=9, block=9),
        command=("uvicorn", "shop.asgi:application"),
        in_force=ServerTerms(processes=processes),
    )
    found = summarise(a_run(run.results, [result], study=run.study), {}).deployment
    assert found is not None
    assert found.reloads == reloads


def test_the_handler_is_a_package_too() -> None:
    found = deployed({"betterworker-uvicorn": {ROW: FAST}, "b": {ROW: SLOW}})
    assert (found.handler, found.requirements) == (True, ("betterworker==1.0",))


def test_the_terms_are_those_it_was_tried_on() -> None:
    run = a_run_of({"a": {ROW: FAST}}, project=PROJECT)
    terms = ServerTerms(processes=3, threads=8)
    result = a_result(
        trial=a_trial(worker="a", scenario=ROW, round=9, block=9),
        command=(
            "/x/python3",
            "-m",
            "gunicorn",
            "--bind",
            "127.0.0.1:123",
            "betterworker_measured.wsgi:application",
        ),
        asked=terms,
        in_force=ServerTerms(processes=2),
        sample=a_sample(peak_pss_mb=120.0),
    )
    found = summarise(a_run(run.results, [result], study=run.study), {}).deployment
    assert found is not None
    assert (found.processes, found.threads, found.memory_mb) == (2, 8, 120.0)
    assert found.command == ("gunicorn", "--bind", "{host}:{port}", "shop.wsgi:application")
    assert found.application == "shop.wsgi:application"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/o/bin/python3.12 -m uvicorn --host 127.0.0.1 --port 81 betterworker_measured.asgi:application",
         "uvicorn --host {host} --port {port} shop.asgi:application"),
        ("/o/python -m uvicorn betterworker_measured.better:application", "uvicorn shop.asgi:application"),
        ("python -m daphne --endpoint tcp:81:interface=127.0.0.1:backlog=9 x",
         "daphne --endpoint tcp:{port}:interface={host}:backlog=9 x"),
        ("/o/bin/python -m waitress --listen=127.0.0.1:81 x", "waitress-serve --listen={host}:{port} x"),
        ("/o/bin/python3 -m cheroot --bind 127.0.0.1:81 x", "python -m cheroot --bind {host}:{port} x"),
        ("/o/bin/python -c code 127.0.0.1 81 2 2048 x", "python -c code {host} {port} 2 2048 x"),
        ("/o/bin/pyuwsgi --http 127.0.0.1:81 --listen 2048", "pyuwsgi --http {host}:{port} --listen 2048"),
    ],
)  # fmt: skip
def test_a_command_is_told_as_it_is_typed(command: str, shown: str) -> None:
    assert " ".join(typed(command.split(), PROJECT)) == shown


def paths(asgi: str | None) -> Sequence[str]:
    project = Project(name="s", settings="s", wsgi=None, asgi=asgi, python="3", django="5")
    words = typed(("python", "-m", "uvicorn", "betterworker_measured.better:application"), project)
    return words[1], application(words, project)


def test_the_handler_serves_by_itself_where_there_is_no_asgi_file() -> None:
    better = "betterworker.handler.application:application"
    assert paths(None) == (better, better)
    assert paths("s.asgi:application") == ("s.asgi:application", "s.asgi:application")


def test_a_study_of_mixed_traffic_alone_has_none() -> None:
    study = a_study(("a",), (ROW,), mixes={ROW: (1.0, 1.0)}, project=PROJECT)
    assert summarise(a_run((), study=study), {}).deployment is None


def test_uwsgi_is_a_program_however_it_was_run() -> None:
    command = ("/o/bin/python", "-c", "import pyuwsgi; pyuwsgi.run()", "--http", "127.0.0.1:81")
    assert typed(command, PROJECT) == ("pyuwsgi", "--http", "{host}:{port}")


def test_of_two_applications_that_end_alike_the_served_one_is_told() -> None:
    project = replace(PROJECT, wsgi="app:application", asgi="asgi_app:application")
    assert application(("uvicorn", "asgi_app:application"), project) == "asgi_app:application"
