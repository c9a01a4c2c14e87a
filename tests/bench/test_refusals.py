"""Options that a server refuses, in the words of every server's installed version."""

from __future__ import annotations

import pytest

from betterworker.bench.refusals import refusal

ARGPARSE = "usage: gunicorn [OPTIONS] [APP_MODULE]\ngunicorn: error: unrecognized arguments: --bogus"
ARGPARSE_WITH_THE_REST = "__main__.py: error: unrecognized arguments: --bogus site.asgi:application"
ARGPARSE_WITH_VALUE = "cheroot: error: unrecognized arguments: --bogus=1\n"
CLICK = "Error: No such option '--bogus'. (Did you mean one of: '--backlog', '--host', '--uds'?)"
OLDER_CLICK = "Error: No such option: --bogus"
GETOPT = "Error: option --bogus not recognized\n\nUsage:\n\n    waitress-serve [OPTS] MODULE:OBJECT\n"
GETOPT_LONG = "/venv/bin/python3: unrecognized option '--bogus=1'\ngetopt_long() error\n"
KEYWORD = "TypeError: run() got an unexpected keyword argument 'bogus'"

COMMAND = ("python", "-m", "granian", "--interface", "asginl", "--bogus", "1", "site.asgi:application")


@pytest.mark.parametrize(
    "log",
    [
        ARGPARSE,
        ARGPARSE_WITH_THE_REST,
        ARGPARSE_WITH_VALUE,
        CLICK,
        OLDER_CLICK,
        GETOPT,
        GETOPT_LONG,
    ],
)
def test_an_option_that_vanished_is_named_with_the_version(log: str) -> None:
    said = refusal(f"starting\n{log}\n", COMMAND, "granian 2.8.7")
    assert said is not None
    assert said.startswith("granian 2.8.7 knows no option --bogus (")


def test_an_option_may_carry_its_value() -> None:
    said = refusal(ARGPARSE_WITH_VALUE, ("cheroot", "--bogus=1"), "cheroot 11.1.2")
    assert said is not None
    assert "no option --bogus (" in said


def test_a_keyword_of_a_call_is_named() -> None:
    said = refusal(KEYWORD, ("python", "-c", "import server; server.run(app, bogus=2)"), "fastpysgi 0.6")
    assert said is not None
    assert said.startswith("fastpysgi 0.6 knows no option bogus (")


def test_several_options_are_named_together() -> None:
    log = "daphne: error: unrecognized arguments: --one --two 2"
    said = refusal(log, ("daphne", "--one", "--two", "2"), "daphne 4.2.3")
    assert said is not None
    assert "no option --one and --two (" in said


@pytest.mark.parametrize(
    ("log", "option"),
    [
        (
            "Error: Invalid value for '--interface': 'asginl' is not one of 'asgi', 'rsgi', 'wsgi'.",
            "--interface",
        ),
        (
            "server: error: argument -i/--interface: invalid choice: 'asginl' (choose from 'asgi')",
            "--interface",
        ),
    ],
)
def test_a_value_that_vanished_is_named_with_its_option(log: str, option: str) -> None:
    assert refusal(log, COMMAND, "granian 2.8.7") == f"granian 2.8.7 does not take 'asginl' for {option}"


@pytest.mark.parametrize(
    "log",
    [
        "",
        "ValueError: told to end",
        "Error: No such option '--other'.",
        "TypeError: view() got an unexpected keyword argument 'pk'",
        "__main__.py: error: unrecognized arguments: stray",
    ],
)
def test_what_the_command_does_not_have_is_no_refusal(log: str) -> None:
    assert refusal(log, COMMAND, "granian 2.8.7") is None
