from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from betterworker.site.models import Row
from betterworker.site.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path


def python(*arguments: str, database: Path) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with the site's settings on ``database`` and without an upstream."""
    env = {
        **os.environ,
        "BETTERWORKER_DB": str(database),
        "BETTERWORKER_UPSTREAM": "",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "betterworker.site.settings",
    }
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def stored_rows(database: Path) -> list[tuple[int, str, int]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT * FROM betterworker_site_row ORDER BY id").fetchall()


def test_the_command_fills_a_new_database_quietly(tmp_path: Path) -> None:
    database = tmp_path / "a b#c.sqlite3"
    done = python("-m", "betterworker.site", "prepare", database=database)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [row[0] for row in stored_rows(database)] == list(range(1, 31))


def test_preparing_again_leaves_the_same_30_rows() -> None:
    before = list(Row.objects.values())
    Row.objects.create(name="a leftover", value=1)
    prepare()
    assert list(Row.objects.values()) == before
    assert len(before) == 30


def test_an_error_is_written_to_stderr_with_its_traceback(tmp_path: Path) -> None:
    code = (
        "import django; django.setup();"
        "from django.test import Client;"
        "client = Client(raise_request_exception=False);"
        "client.get('/sync/requests', headers={'host': 'localhost'})"
    )
    stderr = python("-c", code, database=tmp_path / "db.sqlite3").stderr
    assert "Internal Server Error: /sync/requests" in stderr
    assert "Traceback" in stderr
    assert "BETTERWORKER_UPSTREAM is not set" in stderr
