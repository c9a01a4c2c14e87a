"""``betterworker compare`` and the options that gate a build, over stored runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner
from junitparser import JUnitXml

from betterworker.bench.commands import compare, gating
from betterworker.bench.commands.gating import Gate, gate_options, settle
from betterworker.bench.conditions import parse
from betterworker.bench.errors import BadInput, BadRunFolder
from betterworker.bench.judge import summarise
from betterworker.bench.model import Run, Study, Summary
from betterworker.bench.reports import comparison, junit
from betterworker.bench.reports.rows.outcomes import outcome_lines
from betterworker.bench.store import RunFolder
from tests.bench.builders import a_machine, a_study, results
from tests.bench.compare.runs import STEADY, closed
from tests.bench.compare.test_compare import times

if TYPE_CHECKING:
    from click.testing import Result as Ended

STUDY = a_study(("uvicorn",), ("json:sync",))
FIXTURES = Path(__file__).parent / "fixtures"


def judged(run: Run) -> Summary:
    return summarise(run, {})


COMMAND = compare.command(judged, comparison, junit)


def a_stored_run(path: Path, *windows: int, study: Study = STUDY, **machine: Any) -> str:
    folder = RunFolder.create(path, study, a_machine(**machine))
    for result in results("uvicorn", "json:sync", *windows):
        folder.append(result)
    folder.finish()
    folder.close()
    return str(path)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    """Steady, and half as fast."""
    return a_stored_run(tmp_path / "a", *STEADY), a_stored_run(tmp_path / "b", *times(0.5))


def call(*arguments: str, command: click.Command = COMMAND) -> Ended:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_a_loss_is_shown_and_fails_nothing_by_itself(runs: tuple[str, str]) -> None:
    ended = call(*runs)
    assert ended.exit_code == 0
    # Goodput, and CPU time with it: the same seconds for half of the answers.
    assert "b against a: 2 worse, 0 better" in ended.stdout


@pytest.mark.parametrize(
    ("condition", "status"), [("goodput<-5%", 1), ("goodput<-60%", 0), ("memory>1%,goodput<-5%", 1)]
)
def test_a_condition_that_holds_is_status_1(runs: tuple[str, str], condition: str, status: int) -> None:
    assert call(*runs, "--fail-if", condition).exit_code == status


def test_what_cannot_be_told_fails_only_when_asked_to(runs: tuple[str, str]) -> None:
    unsure = (*runs, "--fail-if", "goodput<-50%")
    assert call(*unsure).exit_code == 0
    assert call(*unsure, "--fail-if-unsure").exit_code == 1


def test_a_run_against_itself_is_fine(runs: tuple[str, str]) -> None:
    assert call(runs[0], runs[0], "--fail-if", "goodput<-1%").exit_code == 0


def test_a_program_gets_json(runs: tuple[str, str]) -> None:
    document = json.loads(call(*runs, "--format", "json", "--fail-if", "goodput<-5%").stdout)
    assert [each["holds"] for each in document["conditions"]] == [True]


def test_junit_is_written_beside(runs: tuple[str, str], tmp_path: Path) -> None:
    call(*runs, "--format", "markdown", "--fail-if", "goodput<-5%", "--junit", str(tmp_path / "out.xml"))
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures) == (1, 1)


def test_machines_that_differ_are_said_first(tmp_path: Path) -> None:
    before = a_stored_run(tmp_path / "a", *STEADY)
    after = a_stored_run(tmp_path / "b", *STEADY, kernel="6.2.0")
    assert call(before, after).stdout.startswith("! THE MACHINES DIFFER: kernel 6.1.0 → 6.2.0")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fail-if", "goodput>"), "is no condition"),
        (("--fail-if", "gunicorn/* goodput<-5%"), "can never hold"),
        (("--fail-if-unsure",), "give one with --fail-if"),
        (("--control", "uvicron"), "Did you mean 'uvicorn'"),
        (("--junit", "no/such/folder/out.xml"), "there is no folder no/such/folder"),
    ],
)
def test_bad_input_says_the_way_out(runs: tuple[str, str], options: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call(*runs, *options)


def test_what_is_no_run_is_bad_input(runs: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(BadRunFolder, match="is not a run folder"):
        call(runs[0], str(tmp_path))


@gate_options(relative=False)
def gated(gate: Gate) -> None:
    """A command that only says what it was given."""
    click.echo(f"{[each.text for each in gate.conditions]} {gate.unsure} {gate.junit}")


GATED = click.command("gated")(gated)


def test_a_command_gets_one_gate() -> None:
    ended = call("--fail-if", "p99>250ms", "--fail-if", "errors>1%", "--junit", "out.xml", command=GATED)
    assert ended.stdout == "['p99>250ms', 'errors>1%'] False out.xml\n"


def test_nothing_asked_is_an_empty_gate() -> None:
    assert call(command=GATED).stdout == "[] False None\n"


def test_its_options_are_named_for_those_who_resume() -> None:
    assert {parameter.name for parameter in GATED.params} == set(gating.GATING_NAMES)


def asked(*conditions: str, **options: Any) -> Gate:
    return Gate(conditions=parse(conditions, relative=False), **options)


def test_a_condition_that_could_never_hold_is_told_before_measuring() -> None:
    with pytest.raises(BadInput, match="as with --latency json"):
        asked("p99>250ms").require(STUDY)


@pytest.mark.parametrize(("condition", "fails"), [("goodput<5000", True), ("goodput<10", False)])
def test_a_gate_settles_a_run(
    condition: str, fails: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = asked(condition, junit=tmp_path / "out.xml")
    assert settle(gate, closed(a=STEADY), {}, outcome_lines, junit) is fails
    assert f"{condition}: holds in {int(fails)} of 1 cell" in capsys.readouterr().err
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures) == (2, int(fails))


def test_an_empty_gate_says_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert settle(Gate(), closed(a=STEADY), {}, outcome_lines, junit) is False
    assert capsys.readouterr() == ("", "")


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        gating.write(tmp_path, "")
