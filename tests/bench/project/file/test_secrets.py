"""Variables go in, and their values are known as secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.project.files import read_from, the_request


def test_a_variable_of_the_environment_goes_in(tmp_path: Path) -> None:
    spec = the_request(tmp_path, 'path = "/"\nheaders = { X-Key = "a ${KEY}" }', KEY="s3cret")
    assert spec.headers == (("X-Key", "a s3cret"),)


def test_two_dollars_are_plain_braces(tmp_path: Path) -> None:
    assert the_request(tmp_path, 'path = "/"\nbody = "$${KEY}"').body == b"${KEY}"


def test_the_variables_of_a_file_reach_servers_and_requests(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('export DB="postgres://u:pa%40ss@db/x" # mine\nKEY=s3cret\n')
    file = read_from(tmp_path, '[[requests]]\npath = "/${KEY}"', project='env_file = ".env"')
    assert file.env == {"DB": "postgres://u:pa%40ss@db/x", "KEY": "s3cret"}
    assert file.requests[0].path == "/s3cret"


def test_the_shell_goes_before_the_file_and_the_table_before_both(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\nC=file\n")
    project = 'env_file = ".env"\nenv = { C = "table" }'
    assert read_from(tmp_path, project=project, B="shell").env == {"A": "file", "C": "table"}


def test_the_name_of_the_file_may_be_a_variable(tmp_path: Path) -> None:
    (tmp_path / "prod.env").write_text("A=file\n")
    assert read_from(tmp_path, project='env_file = "${STAGE}.env"', STAGE="prod").env == {"A": "file"}


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        ('[[requests]]\npath = "/?q=${KEY}"', "from-shell"),
        ('[[requests]]\npath = "/"\nheaders = { authorization = "Bearer abcdef" }', "Bearer abcdef"),
        ('[[requests]]\npath = "/"\nheaders = { authorization = "Bearer abcdef" }', "abcdef"),
        ('[[requests]]\npath = "/"\nheaders = { X-Api-Key = "abcdef" }', "abcdef"),
        ('[[requests]]\npath = "/"\nheaders = { Cookie = "a=bcdef" }', "a=bcdef"),
        ('[[requests]]\npath = "/"\ncookies = { theme = "abcdef" }', "abcdef"),
        ('[[requests]]\npath = "/{token}"\nvalues = [{ token = "abcdef" }]', "abcdef"),
        ('[login]\npath = "/in"\nfields = { username = "anna" }', "anna"),
        ("", "in-the-file"),
        ("", "pa@ss"),
        ("", "in-the-table"),
        ("", "in-the-address"),
    ],
)
def test_what_is_secret_is_known(tmp_path: Path, more: str, secret: str) -> None:
    (tmp_path / ".env").write_text("A=in-the-file\nDB=postgres://u:pa%40ss@db/x\n")
    project = 'env_file = ".env"\nenv = { SECRET_KEY = "in-the-table", DB2 = "redis://:in-the-address@c" }'
    assert secret in read_from(tmp_path, more, project=project, KEY="from-shell").secrets


def test_what_is_short_or_open_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=abc\nDEBUG=False\nB=True\nDJANGO_SETTINGS_MODULE=mysite.settings\n")
    assert read_from(tmp_path, project='env_file = ".env"\nenv = { STAGE = "production" }').secrets == ()


def test_a_value_of_the_file_that_the_shell_has_too_is_a_secret_in_both_forms(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=from-file\n")
    assert read_from(tmp_path, project='env_file = ".env"', KEY="from-shell").secrets == (
        "from-file",
        "from-shell",
    )
