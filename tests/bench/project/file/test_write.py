"""What is written reads as it was, holds no secret, and can be edited."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file import read, variables, write
from betterworker.bench.project.nouns import ProjectFile
from tests.bench.project.files import a_project, a_request, read_from, written

TEXT = st.text(st.characters(codec="utf-8"))
FULL = """
[login]
path = "/in/"
fields = { username = "anna", password = "pass word" }
cookie = "sid"

[[requests]]
name = "book"
path = "/books/{id}/?q=a%20b"
headers = { Accept = 'text/"html"', Authorization = "Bearer abcdef" }
cookies = { theme = "dark" }
weight = 2.5
status = 302
contains = "<é>\\t$${BRACES}\\u007f"
mode = "async"
values = [{ id = 1, token = "tok-1" }, { id = 2, token = "tok-2" }]
login = false
streams = true

[[requests]]
path = "/books/"
method = "POST"
json = { title = "a", n = [1, 2.5, true] }
"""


def again(file: ProjectFile, folder: Path, **how: object) -> ProjectFile:
    return read(written(folder, write(file, **how)), variables(file))  # type: ignore[arg-type]


def a_full_file(folder: Path) -> ProjectFile:
    (folder / ".env").write_text("A=in-the-file\n")
    project = f"""
folder = "."
python = "{sys.executable}"
wsgi = "mysite.wsgi:application"
env_file = ".env"
env = {{ SECRET_KEY = "in-the-table", STAGE = "prod" }}
host = "www.example.com"
https = true
writes = true
hosts = ["db.internal"]
setup = "mysite.bench:set_up"
baseline = "gunicorn mysite.wsgi -b :${{PORT}}"
"""
    return read_from(folder, FULL, project=project)


def test_the_least_file_reads_as_it_was(tmp_path: Path) -> None:
    file = a_project(tmp_path)
    assert again(file, tmp_path) == file


def test_the_fullest_file_reads_as_it_was(tmp_path: Path) -> None:
    file = a_full_file(tmp_path)
    assert again(file, tmp_path) == file


@given(body=TEXT, contains=TEXT.filter(bool), value=TEXT)
def test_any_text_reads_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, body: str, contains: str, value: str
) -> None:
    folder = tmp_path_factory.mktemp("site")
    spec = a_request("/{id}", body=body.encode(), contains=contains, values=({"id": value},))
    file = a_project(folder, requests=(spec,))
    assert again(file, folder) == file


def test_no_secret_is_written(tmp_path: Path) -> None:
    file = a_full_file(tmp_path)
    text = write(file)
    assert [secret for secret in file.secrets if secret in text] == []


def test_paths_below_the_file_are_written_from_there(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    text = write(a_project(tmp_path, folder=tmp_path / "backend"))
    assert tomllib.loads(text)["project"]["folder"] == "backend"


def test_workers_become_defaults_of_run(tmp_path: Path) -> None:
    assert tomllib.loads(write(a_project(tmp_path), workers=["uvicorn"]))["run"] == {"workers": ["uvicorn"]}


def test_notes_are_comments(tmp_path: Path) -> None:
    assert "# /admin/ is left out\n" in write(a_project(tmp_path), notes=["/admin/ is left out"])


def test_the_first_line_names_the_schema(tmp_path: Path) -> None:
    assert write(a_project(tmp_path)).startswith("#:schema ")


def test_every_comment_can_be_taken_up(tmp_path: Path) -> None:
    """The examples are TOML that reads, once their sign is gone."""
    text = write(a_project(tmp_path))
    lines = (line.removeprefix("# ") for line in text.splitlines())
    example = "\n".join(line for line in lines if " = " in line or line.startswith("["))
    assert read(written(tmp_path, example), {"BENCH_USERNAME": "ann", "BENCH_PASSWORD": "s3cret"}).login


def test_other_tables_stay_and_nothing_piles_up(tmp_path: Path) -> None:
    old = "# gone\n[run]\n# few\nprofile = 'smoke'\n\n[load]\nwindow = \"1s\"\n"
    once = write(a_project(tmp_path, requests=(a_request(),)), workers=["uvicorn"], kept=old)
    assert "[run]\n# few\nprofile = 'smoke'" in once
    assert write(a_project(tmp_path, requests=(a_request(),)), workers=["uvicorn"], kept=once) == once


def test_a_body_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="books: a body that is no text"):
        write(a_project(tmp_path, requests=(a_request(body=b"\xff"),)))


def test_a_variable_has_one_name_for_one_text(tmp_path: Path) -> None:
    header = (("Authorization", "Bearer abcdef"),)
    requests = (a_request(headers=header), replace(a_request("/"), name="home", headers=header))
    file = a_project(tmp_path, requests=requests, secrets=("Bearer abcdef", "abcdef"))
    assert variables(file) == {"BOOKS_AUTHORIZATION": "Bearer abcdef"}


def test_a_note_cannot_end_its_comment(tmp_path: Path) -> None:
    text = write(a_project(tmp_path), notes=["a\n[login]\r\npath = '/evil'\x00\u2028b"])
    assert "login" not in tomllib.loads(text)
    assert "# a [login] path = '/evil' b\n" in text


def test_a_path_with_an_address_in_it_reads_again(tmp_path: Path) -> None:
    file = a_project(tmp_path, requests=(a_request("/go/http://x/"),))
    assert read(written(tmp_path, write(file)), {}).requests[0].path == "/go/http://x/"
