from __future__ import annotations

from pathlib import Path

from betterworker.bench.model import ServerTerms
from betterworker.bench.workbench import options_of_servers, terms_of, upstream_of
from tests.bench.builders import a_launch, a_target, a_worker


def test_every_worker_is_asked_for_the_same() -> None:
    order = a_launch(processes=2, backlog=2048)
    assert terms_of(a_worker(most_processes=1), order) == ServerTerms(
        processes=2, threads=None, backlog=2048, keep_alive=True
    )


def test_threads_are_asked_of_those_that_have_them() -> None:
    worker = a_worker(threads=lambda launch: launch.threads)
    assert terms_of(worker, a_launch(threads=8)).threads == 8


def test_of_a_command_of_its_owners_only_what_is_the_owners_is_asked() -> None:
    worker = a_worker(own_processes=3, threads=lambda _launch: 8)
    assert terms_of(worker, a_launch(processes=2)) == ServerTerms(processes=3, threads=8)


def test_options_in_the_environment_are_known_by_name() -> None:
    env = {"UVICORN_RELOAD": "1", "WEB_CONCURRENCY": "3", "GUNICORN_CMD_ARGS": "-w 3", "MY_UVICORN_PORT": "1"}
    assert set(options_of_servers(env)) == {"UVICORN_RELOAD", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"}


def test_an_upstream_is_only_started_for_a_target_that_fetches(tmp_path: Path) -> None:
    with upstream_of(a_target(), 0.0, (), tmp_path) as url:
        assert url is None
