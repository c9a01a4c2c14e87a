from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from betterworker.bench import cli, machine
from betterworker.bench.backends import Given
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands.run import Job
from betterworker.bench.model import Run
from betterworker.bench.store import RunFolder, read_run
from tests.bench.builders import a_machine, a_study

SECRET = "s3cr3t"
URLS = (
    "--redis-url",
    f"redis://:{SECRET}@127.0.0.1:1/0",
    "--database-url",
    f"postgres://me:{SECRET}@127.0.0.1:1/a",
)


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What would have been measured, on a machine of two CPUs that can carry anything."""
    seen: list[Job] = []

    def measure(job: Job, folder: RunFolder, _console: object) -> Run:
        seen.append(job)
        return read_run(folder.path)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "available_cpus", lambda: (0, 1))
    monkeypatch.setattr(run_command, "own_machine", lambda study, path: nullcontext())
    monkeypatch.setattr(run_command, "measure", measure)
    return seen


def status_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    return end.value.code


def test_urls_reach_the_job_and_no_file(jobs: list[Job], tmp_path: Path) -> None:
    status_of("run", "--workers", "uvicorn", "--scenarios", "json:sync", "--out", "here", *URLS)
    assert jobs[0].given == Given(redis_url=URLS[1], database_url=URLS[3])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if SECRET in path.read_text()] == []


def test_urls_may_be_given_again_with_resume(jobs: list[Job]) -> None:
    RunFolder.create(Path("old"), a_study(("uvicorn",), ("json:sync",)), a_machine()).close()
    status_of("run", "--resume", "old", *URLS)
    assert jobs[0].given == Given(redis_url=URLS[1], database_url=URLS[3])


def test_a_url_where_nothing_answers_ends_with_2_before_anything_is_measured(
    jobs: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of("run", "--scenarios", "redis-hit", *URLS) == 2
    told = capsys.readouterr().err
    assert "No Redis answers at --redis-url" in told
    assert SECRET not in told
    assert (jobs, list(Path().iterdir())) == ([], [])


@pytest.mark.parametrize("command", [("run",), ("serve", "uvicorn")])
def test_another_database_ends_with_2(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(*command, "--database-url", f"mysql://me:{SECRET}@host/a") == 2
    told = capsys.readouterr().err
    assert "--database-url has to begin with one of postgres://" in told
    assert SECRET not in told
