from __future__ import annotations

from pathlib import Path

import click
import pytest

from betterworker.bench import settings_file
from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.settings_file import defaults

KNOWN = {
    "run": (
        click.Option(["--profile"]),
        click.Option(["--server-cpus"]),
        click.Option(["--blocks"], type=click.IntRange(1)),
    ),
    "load": (
        click.Option(["-c", "--connections"]),
        click.Option(["--json", "as_json"], is_flag=True),
        click.Argument(["url"]),
    ),
}


def read(folder: Path, text: str) -> dict[str, object]:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return defaults(file, KNOWN)


def test_a_table_becomes_the_defaults_of_its_command(tmp_path: Path) -> None:
    text = '[run]\nprofile = "smoke"\nserver-cpus = "0-2"\n'
    assert read(tmp_path, text) == {"run": {"profile": "smoke", "server_cpus": "0-2"}}


def test_keys_are_the_options_as_they_are_typed(tmp_path: Path) -> None:
    text = "[load]\njson = true\nconnections = 5\n"
    assert read(tmp_path, text) == {"load": {"as_json": True, "connections": 5}}


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff[run]\nprofile = "smoke"\n') == {"run": {"profile": "smoke"}}


@pytest.mark.parametrize("key", ["as-json", "url", "c"])
def test_nothing_but_long_options_can_be_set(tmp_path: Path, key: str) -> None:
    with pytest.raises(UnknownName, match=rf"No key of \[load\] in .*mine\.toml, line 2, is called '{key}'"):
        read(tmp_path, f"[load]\n{key} = 1\n")


def test_an_unknown_table_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownName, match=r"No table of .*mine\.toml, line 1, is called 'runs'. Did you mean 'run'"
    ):
        read(tmp_path, "[runs]\n")


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"key of \[run\].*'profil'. Did you mean 'profile'"):
        read(tmp_path, '[run]\nprofil = "smoke"\n')


@pytest.mark.parametrize(
    ("value", "why"), [("0", "0 is not in the range"), ('"x"', "'x' is not a valid int")]
)
def test_a_value_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, value: str, why: str) -> None:
    with pytest.raises(BadInput, match=rf"mine\.toml:3: blocks of \[run\]: .*{why}"):
        read(tmp_path, f"[run]\n\nblocks = {value}\n")


def test_a_value_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"mine\.toml:1: run must be a table, as \[run\]"):
        read(tmp_path, 'run = "smoke"\n')


@pytest.mark.parametrize("text", ["[run", "[run]\nprofile = \n", "[run]\n[run]\n"])
def test_a_file_that_is_not_toml_says_where(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"mine\.toml cannot be used: .*at (line|end)"):
        read(tmp_path, text)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"mine\.toml cannot be used"):
        defaults(tmp_path / "mine.toml", KNOWN)


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_named_file_has_to_be_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        defaults(tmp_path / name, KNOWN)


def test_without_a_file_there_are_no_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert defaults(None, KNOWN) == {}


def test_the_file_in_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(settings_file.NAME).write_text('[run]\nprofile = "article"\n')
    assert defaults(None, KNOWN) == {"run": {"profile": "article"}}


def test_the_tables_of_a_project_are_read_elsewhere(tmp_path: Path) -> None:
    text = '[project]\nsettings = "mysite.settings"\n[[requests]]\npath = "/"\n[run]\nprofile = "smoke"\n'
    assert read(tmp_path, text) == {"run": {"profile": "smoke"}}
