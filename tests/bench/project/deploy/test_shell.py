"""What a line of a shell starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.deploy import shell

HERE = Path("/nowhere")


def words(line: str, at: Path = HERE) -> list[str]:
    """Of the last program."""
    return list(shell.commands(line, at)[-1].words)


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn shop.wsgi -w 4",
        "exec gunicorn shop.wsgi -w 4",
        "poetry run gunicorn shop.wsgi -w 4",
        "uv run --no-dev --with x gunicorn shop.wsgi -w 4",
        "pipenv run gunicorn shop.wsgi -w 4",
        "env gunicorn shop.wsgi -w 4",
        "dumb-init -- gunicorn shop.wsgi -w 4",
        "python manage.py migrate && gunicorn shop.wsgi -w 4",
        "set -xe; python manage.py migrate --noinput; gunicorn shop.wsgi -w 4",
        "sh -c 'exec gunicorn shop.wsgi -w 4'",
        'bash -lc "cd . && gunicorn shop.wsgi -w 4"',
        "gunicorn shop.wsgi -w 4 > out.log 2>&1",
        "gunicorn shop.wsgi \\\n  -w 4",
    ],
)
def test_what_only_starts_it_is_left_out(line: str) -> None:
    assert words(line) == ["gunicorn", "shop.wsgi", "-w", "4"]


def test_variables_before_a_command_are_kept_apart() -> None:
    (simple,) = shell.commands("WEB_CONCURRENCY=3 A='b c' gunicorn shop.wsgi", HERE)
    assert (dict(simple.env), simple.program) == ({"WEB_CONCURRENCY": "3", "A": "b c"}, "gunicorn")


def test_a_tracer_is_named() -> None:
    (simple,) = shell.commands("newrelic-admin run-program gunicorn shop.wsgi", HERE)
    assert (simple.without, simple.program) == (("newrelic-admin",), "gunicorn")


def test_a_script_is_read(tmp_path: Path) -> None:
    (tmp_path / "start.sh").write_text("#!/bin/sh\nset -e\n# gunicorn other\nexec gunicorn shop.wsgi\n")
    assert words("/app/start.sh", tmp_path) == words("bash start.sh", tmp_path) == ["gunicorn", "shop.wsgi"]


def test_an_entry_point_passes_its_arguments_on(tmp_path: Path) -> None:
    (tmp_path / "entry.sh").write_text('#!/usr/bin/env bash\nexec "$@"\n')
    assert words("/entry.sh gunicorn shop.wsgi -w 4", tmp_path) == ["gunicorn", "shop.wsgi", "-w", "4"]


def test_a_script_that_calls_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("#!/bin/sh\n./a.sh\n")
    with pytest.raises(BadInput, match="write the server's own command"):
        shell.commands("./a.sh", tmp_path)


@pytest.mark.parametrize(
    ("word", "value"),
    [("$N", "4"), ("${N}", "4"), ("${M:-2}", "2"), ("${M-2}", "2"), ("a$N:b", "a4:b"), ("plain", "plain")],
)
def test_variables_have_their_values(word: str, value: str) -> None:
    assert shell.expanded(word, {"N": "4"}) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("${M:-${L:-2}}", "2"),
        ("${M:-${N:-2}}", "4"),
        ("${M:-a${L-b}c}d", "abcd"),
        ("${E-2}", ""),
        ("${E:-2}", "2"),
        ("${N:?say it}", "4"),
        ("${N:+${M:-6}}", "6"),
        ("${M:+6}", ""),
        ("${M:=7}", "7"),
        ("5$", "5$"),
    ],
)
def test_defaults_may_have_variables_in_them(word: str, value: str) -> None:
    assert shell.expanded(word, {"N": "4", "E": ""}) == value


@pytest.mark.parametrize("word", ["$M", "${M}", "${M:?say it}", "${L:-$M}"])
def test_a_variable_without_a_value_is_named(word: str) -> None:
    with pytest.raises(BadInput, match=r"\$M has no value"):
        shell.expanded(word, {})


@pytest.mark.parametrize("word", ["${#N}", "${N%x}", "${N//a/b}", "${!N}", "${N:1}", "${N:-2", "${}"])
def test_what_a_shell_does_beyond_is_refused(word: str) -> None:
    with pytest.raises(BadInput, match="write its value in the command"):
        shell.expanded(word, {"N": "4"})


@pytest.mark.parametrize(
    "line", ["gunicorn -w $(nproc) x", "gunicorn -w $((2 * 3)) x", "gunicorn -w `nproc` x"]
)
def test_what_a_shell_works_out_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match="write its value"):
        shell.expanded(words(line)[2], {})


def test_a_quote_that_does_not_end_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be read as a command"):
        shell.commands("gunicorn 'shop", HERE)


def test_what_cannot_be_a_files_name_is_no_script() -> None:
    assert words("/srv/a\0b -w 4") == ["/srv/a\0b", "-w", "4"]
