from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from betterworker import __version__
from betterworker.bench import cli, machine, preflight
from betterworker.bench.checks import Check
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands import serve as serve_command
from betterworker.bench.commands.names import Names
from betterworker.bench.commands.run import Job
from betterworker.bench.errors import ServerFailure, Unprepared
from betterworker.bench.model import Result, Run, Study, Trial
from betterworker.bench.plan import Agenda
from betterworker.bench.reports import REPORTS
from betterworker.bench.store import RunFolder, read_run
from tests.bench.builders import a_failure, a_machine, a_result, a_sample, a_study, an_outcomes
from tests.bench.plays import play

COMMANDS = cli.cli.commands
STUDY = a_study(("uvicorn",), ("json:sync",), looks={"json:sync": (2,)})
Measure = Callable[[Job, RunFolder, Console], Run]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On a machine of two CPUs that can carry anything; the handler of SIGTERM is put back."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(machine, "available_cpus", lambda: (0, 1))
    monkeypatch.setattr(run_command, "own_machine", lambda study, path: nullcontext())
    yield
    signal.signal(signal.SIGTERM, before)


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        assert isinstance(end.value.code, int)
        return Said(end.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that were measured: everything went well in them."""
    seen: list[Job] = []

    def measure(job: Job, folder: RunFolder, console: Console) -> Run:
        seen.append(job)
        return measured(job, folder)

    monkeypatch.setattr(run_command, "measure", measure)
    return seen


def whole(study: Study) -> list[Trial]:
    return play(study, lambda _: a_sample()).trials


def measured(job: Job, folder: RunFolder, result: Callable[[Trial], Result] | None = None) -> Run:
    agenda = Agenda(job.study)
    while agenda.block is not None:
        results = [(result or fine)(trial) for trial in agenda.block]
        for one in results:
            folder.append(one)
        agenda.learn(results)
    folder.finish()
    return read_run(folder.path)


def fine(trial: Trial) -> Result:
    sample = a_sample(completed=40, outcomes=an_outcomes(sent=40))
    return a_result(trial=trial, sample=sample, processes_asked=1)


def measure_with(monkeypatch: pytest.MonkeyPatch, result: Callable[[Trial], Result]) -> None:
    monkeypatch.setattr(run_command, "measure", lambda job, folder, console: measured(job, folder, result))


def measure_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def measure(*_: object) -> Run:
        raise error

    monkeypatch.setattr(run_command, "measure", measure)


def a_stored_run(path: Path, study: Study = STUDY, *results: Result) -> Path:
    folder = RunFolder.create(path, study, a_machine())
    for result in results:
        folder.append(result)
    folder.close()
    return path


def a_check(**overrides: Any) -> Check:
    values = {"name": "disk", "state": "ok", "found": "9 GB", "mend": "", **overrides}
    return Check(**values)


def test_the_groups_help_names_every_command(call: Callable[..., Said]) -> None:
    said = call("--help")
    assert said.status == 0
    assert all(name in said.out for name in COMMANDS)
    assert "--config" in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_help_names_every_option(call: Callable[..., Said], command: str) -> None:
    said = call(command, "--help")
    options = [name for param in COMMANDS[command].params for name in param.opts if name.startswith("-")]
    assert said.status == 0
    assert all(name in said.out for name in options)


def test_the_version_is_told(call: Callable[..., Said]) -> None:
    assert __version__ in call("--version").out


def test_every_scenario_is_listed_in_order(call: Callable[..., Said]) -> None:
    lines = call("scenarios").out.splitlines()
    assert [line.split()[:2] for line in lines] == [[key, row.path] for key, row in cli.ROWS.items()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--workers", "uvicron"), "No worker is called 'uvicron'. Did you mean 'uvicorn'?"),
        (("run", "--scenarios", "jsno"), "No scenario is called 'jsno'. Did you mean 'json'?"),
        (("run", "--profile", "smok"), "No profile is called 'smok'. Did you mean 'smoke'?"),
        (("serve", "uvicron"), "No worker is called 'uvicron'. Did you mean 'uvicorn'?"),
        (("run", "--workers", ","), "No worker is left to measure."),
        (("run", "--scenarios", ","), "No scenario is left to measure."),
        (("run", "--server-cpus", "7"), "CPU 7"),
        (("run", "--server-cpus", "0-"), "--server-cpus"),
        (("run", "--window", "soon"), "'soon' is not a time like 10s, 500ms or 2m"),
        (("run", "--window", "0"), "'0' is not a time"),
        (("run", "--connections", "0"), "--connections"),
        (("report", "absent"), "absent is not a run folder"),
        (("report", ".", "--format", "xml"), "'xml' is not one of"),
        (("run", "--resume", "absent"), "absent is not a run folder"),
        (("--config", "absent.toml", "run"), "absent.toml cannot be used"),
        (("load", "https://localhost"), "is not an http:// address"),
        (("load", "localhost:99999"), "Port out of range"),
        (("load", "http://[::1"), "Invalid IPv6 URL"),
        (("rnu",), "No such command 'rnu'"),
    ],
)
def test_bad_input_is_told_and_ends_with_2(
    call: Callable[..., Said], arguments: tuple[str, ...], message: str
) -> None:
    said = call(*arguments)
    assert said.status == 2
    assert message in said.err
    assert list(Path().iterdir()) == []


def test_a_run_is_stored_reported_and_printed(call: Callable[..., Said], jobs: list[Job]) -> None:
    said = call("run", "--profile", "smoke", "--out", "here")
    assert said.status == 0
    assert "Run folder: here" in said.err
    assert "gunicorn" in said.out
    assert json.loads(Path("here/report.json").read_text())["cells"]
    assert "| Sync JSON |" in Path("here/report.md").read_text()


def test_the_options_reach_the_study(call: Callable[..., Said], jobs: list[Job]) -> None:
    options = "--workers uvicorn,granian-asgi --scenarios json:sync --blocks 1 --window 500ms --seed 9"
    call("run", *options.split(), "--server-cpus", "1", "--load-cpus", "0", "--connections", "3")
    study = jobs[0].study
    assert (study.workers, study.scenarios) == (("uvicorn", "granian-asgi"), ("json:sync",))
    assert (study.looks["json:sync"], study.windows["json:sync"], study.seed) == ((1,), 0.5, 9)
    assert (study.server_cpus, study.load_cpus, study.connections["json:sync"]) == ((1,), (0,), 3)


def test_without_out_a_run_goes_into_runs(call: Callable[..., Said], jobs: list[Job]) -> None:
    call("run", "--profile", "smoke")
    (folder,) = Path("runs").iterdir()
    assert folder.name.endswith("-smoke")


def test_a_folder_that_exists_is_not_written_to(call: Callable[..., Said], jobs: list[Job]) -> None:
    Path("here").mkdir()
    said = call("run", "--out", "here")
    assert said.status == 2
    assert "here exists already: choose another --out" in said.err
    assert jobs == []


def test_the_settings_file_gives_the_defaults(call: Callable[..., Said], jobs: list[Job]) -> None:
    text = '[run]\nprofile = "smoke"\nworkers = ["uvicorn"]\nwindow = "2s"\nblocks = 3\n'
    Path("betterworker.toml").write_text(text)
    call("run", "--blocks", "1")
    study = jobs[0].study
    assert (study.profile, study.workers, study.windows["json:sync"]) == ("smoke", ("uvicorn",), 2.0)
    assert study.looks["json:sync"] == (1,)


def test_the_environment_goes_before_the_settings_file(
    call: Callable[..., Said], jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("betterworker.toml").write_text('[run]\nprofile = "smoke"\nseed = 2\n')
    monkeypatch.setenv("BETTERWORKER_RUN_SEED", "5")
    call("run")
    assert jobs[0].study.seed == 5


def test_a_bad_value_in_the_settings_file_is_told(call: Callable[..., Said], jobs: list[Job]) -> None:
    Path("betterworker.toml").write_text("[run]\nblocks = 0\n")
    said = call("run")
    assert (said.status, jobs) == (2, [])
    assert "betterworker.toml:2: blocks of [run]: 0 is not in the range" in said.err


@pytest.mark.parametrize("name", REPORTS)
def test_a_stored_run_is_rendered_in_each_format(call: Callable[..., Said], name: str) -> None:
    path = a_stored_run(Path("old"), STUDY, *(a_result(trial=trial) for trial in whole(STUDY)))
    said = call("report", str(path), "--format", name)
    assert said.status == 0
    assert "uvicorn" in said.out
    assert "\x1b" not in said.out


def test_half_a_run_is_rendered_as_what_it_is(call: Callable[..., Said]) -> None:
    path = a_stored_run(Path("old"), STUDY, a_result(trial=whole(STUDY)[0]))
    assert "the study is not finished: 1 trial is stored" in call("report", str(path)).out


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("", True), ("1", False)])
@pytest.mark.parametrize("command", [("report", "old"), ("workers",)])
def test_a_terminal_gets_colours_unless_it_is_not_wanted(
    call: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    no_color: str | None,
    coloured: bool,
) -> None:
    a_stored_run(Path("old"), STUDY, *(a_result(trial=trial) for trial in whole(STUDY)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b" in call(*command).out) is coloured


def test_a_gate_that_failed_ends_with_1_and_names_the_cell(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_fast(trial: Trial) -> Result:
        return a_result(trial=trial, sample=a_sample(completed=1592, outcomes=an_outcomes(sent=1592)))

    measure_with(monkeypatch, too_fast)
    said = call("run", "--workers", "uvicorn", "--scenarios", "blocking-1s:async", "--out", "here")
    assert said.status == 1
    assert "gate failed: uvicorn blocking-1s:async: invalid" in said.err
    assert Path("here/report.md").exists()


def test_a_worker_that_is_known_not_to_work_fails_no_run(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure_with(monkeypatch, lambda trial: a_result(trial=trial, failure=a_failure()))
    assert call("run", "--workers", "hypercorn-trio", "--scenarios", "json").status == 0
    assert call("run", "--workers", "uvicorn", "--scenarios", "json", "--out", "b").status == 1


@pytest.mark.parametrize("option", [("--seed", "1"), ("--profile", "quick"), ("--server-cpus", "0")])
def test_an_option_beside_resume_is_refused(
    call: Callable[..., Said], jobs: list[Job], option: tuple[str, str]
) -> None:
    said = call("run", "--resume", str(a_stored_run(Path("old"))), *option)
    assert (said.status, jobs) == (2, [])
    assert f"{option[0]} cannot be used with --resume" in said.err


def test_a_resumed_run_keeps_its_study_whatever_the_defaults(
    call: Callable[..., Said], jobs: list[Job]
) -> None:
    Path("betterworker.toml").write_text('[run]\nprofile = "article"\nseed = 77\n')
    assert call("run", "--resume", str(a_stored_run(Path("old")))).status == 0
    assert jobs[0].study == STUDY


def test_a_torn_run_goes_on_with_whole_lines(call: Callable[..., Said], jobs: list[Job]) -> None:
    path = a_stored_run(Path("old"))
    (path / "trials.jsonl").write_text('{"trial":{"wor')
    assert call("run", "--resume", str(path)).status == 0
    assert read_run(path).finished


def test_a_run_of_cpus_that_are_gone_is_not_gone_on_with(call: Callable[..., Said], jobs: list[Job]) -> None:
    path = a_stored_run(Path("old"), a_study(("uvicorn",), server_cpus=(0, 6), load_cpus=(7,)))
    said = call("run", "--resume", str(path))
    assert (said.status, jobs) == (2, [])
    assert "This run used CPU 6, which is not here: begin a new run instead." in said.err


@pytest.mark.parametrize(
    ("study", "message"),
    [
        (a_study(("uvicron",)), "No worker is called 'uvicron'"),
        (a_study(("uvicorn",), ("jsn:sync",)), "No scenario is called 'jsn:sync'. Did you mean 'json:sync'?"),
    ],
)
def test_a_run_of_names_that_are_gone_is_not_gone_on_with(
    call: Callable[..., Said], study: Study, message: str
) -> None:
    said = call("run", "--resume", str(a_stored_run(Path("old"), study)))
    assert said.status == 2
    assert message in said.err


def test_a_run_that_is_being_written_is_not_gone_on_with(call: Callable[..., Said], jobs: list[Job]) -> None:
    folder = RunFolder.create(Path("old"), STUDY, a_machine())
    said = call("run", "--resume", "old")
    folder.close()
    assert (said.status, jobs) == (2, [])
    assert "is being written by another betterworker" in said.err


def test_a_run_of_a_newer_format_is_refused(call: Callable[..., Said]) -> None:
    file = a_stored_run(Path("old")) / "study.json"
    file.write_text(file.read_text().replace('"format": 3', '"format": 4'))
    for command in (("report", "old"), ("run", "--resume", "old")):
        said = call(*command)
        assert said.status == 2
        assert "old has format 4, this version reads up to 3" in said.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), 130),
        (Unprepared("disk full"), 2),
        (ServerFailure("the upstream does not listen"), 1),
    ],
)
def test_a_run_that_is_stopped_says_how_to_go_on(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    measure_raises(monkeypatch, error)
    said = call("run", "--profile", "smoke", "--out", "here")
    assert said.status == status
    assert "Go on with: betterworker run --resume here" in said.err
    RunFolder.reopen(Path("here")).close()


def test_a_bug_is_not_dressed_up_as_the_users_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    measure_raises(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", "--profile", "smoke"])


def test_sigterm_is_an_interrupt(call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_command, "measure", lambda *_: signal.raise_signal(signal.SIGTERM))
    said = call("run", "--profile", "smoke")
    assert said.status == 130
    assert "What was measured is stored" in said.err
    assert "Interrupted." in said.err


@pytest.mark.parametrize(("state", "status"), [("ok", 0), ("warn", 0), ("skip", 0), ("fail", 1)])
def test_the_doctor_fails_when_something_would_spoil_a_run(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, state: str, status: int
) -> None:
    checks = (a_check(), a_check(name="ports", state=state, mend="" if state == "ok" else "Free some."))
    monkeypatch.setattr(preflight, "doctor", lambda *_: checks)
    said = call("doctor")
    assert said.status == status
    assert "ports: 9 GB" in said.out
    assert ("mend: Free some." in said.out) is (state != "ok")


def test_a_worker_that_is_not_installed_cannot_be_served(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "packages", dict)
    said = call("serve", "granian-wsgi")
    assert said.status == 2
    assert "pip install granian" in said.err


def test_a_server_that_fails_is_told_with_its_last_lines(
    call: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(*_: object) -> None:
        raise ServerFailure("ended with status 3", "ModuleNotFoundError: No module named 'site'")

    monkeypatch.setattr(serve_command, "serve", serve)
    said = call("serve", "uvicorn")
    assert said.status == 1
    assert said.err.splitlines() == [
        "ModuleNotFoundError: No module named 'site'",
        "error: ended with status 3",
    ]


def test_names_are_completed_after_a_comma() -> None:
    names = Names(("uvicorn", "granian-wsgi", "granian-asgi"))
    param = COMMANDS["run"].params[0]
    context = cli.cli.make_context("betterworker", ["workers"])
    found = names.shell_complete(context, param, "uvicorn,gra")
    assert [item.value for item in found] == ["uvicorn,granian-wsgi", "uvicorn,granian-asgi"]
