"""The section on workers: how each was started, and on what terms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.model import Sample, ServerTerms, Setup, Summary
from betterworker.bench.reports import REPORTS
from betterworker.bench.reports.rows import setups
from betterworker.bench.reports.rows.setups import command_line
from betterworker.bench.reports.rows.terms import in_force
from tests.bench.builders import a_result, a_run, a_sample, a_study, a_summary, a_trial
from tests.bench.reports.runs import FOUND, a_setup, of_workers

ASKED = ServerTerms(processes=2, backlog=2048, keep_alive=True)


def told(setup: Setup | None, sample: Sample | None = None, **found: object) -> dict[str, str]:
    ((_, pairs),) = setups(of_workers(setup, **found, **({"sample": sample} if sample else {})))
    return dict(pairs)


def test_a_worker_is_told_whole() -> None:
    assert told(a_setup(), **FOUND) == {
        "Interface": "ASGI: uvicorn by itself",
        "Versions": "uvicorn 0.54.0, uvloop (not installed)",
        "Command": "python -m uvicorn site.asgi:application",
        "In force": "2 processes, backlog 100 (2,048 asked for), keep-alive",
        "Not equal": "its backlog stays 100",
    }


def test_what_it_cannot_do_and_may_lose_is_told() -> None:
    shown = told(a_setup(cannot={"async": "no loop"}, loses="it ends at once"), **FOUND)
    assert shown["Cannot"] == "async views: no loop"
    assert shown["At a stop"] == "may lose a request it has accepted: it ends at once"


def test_an_older_run_tells_what_its_results_hold() -> None:
    assert told(None, command=("/venv/bin/python3.11", "-m", "uvicorn")) == {"Command": "python -m uvicorn"}


def test_a_worker_of_whom_nothing_is_known_is_left_out() -> None:
    assert setups(of_workers(None)) == ()


def test_several_servers_of_a_worker_are_told_once() -> None:
    study = a_study(workers=("uvicorn", "uvicorn#2"), setups={"uvicorn": a_setup()})
    assert [name for name, _ in setups(a_summary(run=a_run(study=study)))] == ["uvicorn"]


def test_of_several_starts_the_last_one_that_answered_tells() -> None:
    terms = (ServerTerms(processes=2, backlog=50), ServerTerms(processes=2, backlog=100), ServerTerms())
    results = [
        a_result(trial=a_trial(round=number), asked=ServerTerms(backlog=2048), in_force=each)
        for number, each in enumerate(terms)
    ]
    summary = of_workers(None)
    summary = replace(summary, run=replace(summary.run, results=tuple(results)))
    assert dict(setups(summary)[0][1])["In force"] == "backlog 100 (2,048 asked for)"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("/venv/bin/python", "-c", "import x; x.run()"), "python -c 'import x; x.run()'"),
        (("/venv/bin/pyuwsgi", "--master"), "pyuwsgi --master"),
    ],
)
def test_a_command_can_be_given_to_a_shell(command: tuple[str, ...], shown: str) -> None:
    assert command_line(command) == shown


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (ServerTerms(processes=2, backlog=2048, keep_alive=True), "2 processes, backlog 2,048, keep-alive"),
        (
            ServerTerms(processes=1, backlog=2048, keep_alive=False),
            "1 process (2 asked for), backlog 2,048, no keep-alive (asked for)",
        ),
        (
            ServerTerms(),
            "processes unknown (2 asked for), backlog unknown (2,048 asked for), keep-alive unknown",
        ),
    ],
)
def test_terms_say_what_was_asked_for_where_that_differs(found: ServerTerms, shown: str) -> None:
    assert in_force(ASKED, found, None) == shown


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        (None, "16 threads a process"),
        (35, "16 threads a process"),
        (11, "16 threads a process (at most 11 seen in all)"),
    ],
)
def test_threads_are_told_as_they_were_under_load(most: int | None, shown: str) -> None:
    assert in_force(ServerTerms(threads=16), ServerTerms(processes=2, threads=5), most) == shown


def test_the_most_threads_of_any_window_count() -> None:
    asked = {"asked": ServerTerms(threads=16), "in_force": ServerTerms(processes=2)}
    assert told(None, a_sample(threads=7), **asked)["In force"].endswith("(at most 7 seen in all)")


def hostile() -> Summary:
    return of_workers(a_setup(about="a\nb\x1b|c", unequal=("x\r\ny",)), command=("/bin/a", "b\nc"))


@pytest.mark.parametrize("name", ["text", "markdown", "json"])
def test_every_report_has_the_section(name: str) -> None:
    shown = REPORTS[name].render(of_workers(a_setup(), **FOUND), width=200)
    for words in ("uvicorn by itself", "0.54.0", "its backlog stays 100"):
        assert words in shown


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_the_section_stands_before_the_study(name: str) -> None:
    shown = REPORTS[name].render(of_workers(a_setup(), **FOUND), width=200)
    assert shown.index("uvicorn by itself") < shown.index("Study and machine")


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_commands_own_line_breaks_do_not_break_the_layout(name: str) -> None:
    shown = REPORTS[name].render(hostile(), width=200)
    assert "\x1b" not in shown
    assert "a 'b c'" in shown
