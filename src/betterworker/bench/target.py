"""Targets: the Django projects that can be measured. The built-in site is one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from betterworker.bench.errors import BenchError
from betterworker.bench.model import Target

# The site is a target like any other: known by its module paths, never imported.
SITE = Target(
    name="betterworker.site",
    wsgi="betterworker.site.wsgi:application",
    asgi="betterworker.site.asgi:application",
    prepare=("-m", "betterworker.site", "prepare"),
    env={"DJANGO_SETTINGS_MODULE": "betterworker.site.settings"},
    upstream=True,
)


def environment(target: Target, folder: Path, upstream: str | None) -> dict[str, str]:
    """What a server of this target gets on top of the program's own environment.

    With the URL of an ``upstream`` also what the built-in site asks for: that, and a database in ``folder``.
    """
    env = {**target.env, "PYTHONUNBUFFERED": "1"}  # a log that is read while the server runs
    if upstream is None:
        return env
    return {
        **env,
        "BETTERWORKER_DB": str(folder / "site.sqlite3"),
        "BETTERWORKER_UPSTREAM": upstream,
        "NO_PROXY": "127.0.0.1,localhost",  # the upstream is on loopback, whatever the shell's proxy
    }


def application_name(port: int) -> str:
    """By which a database knows the connections of the server on that port."""
    return f"betterworker-{port}"


def prepare(target: Target, env: Mapping[str, str]) -> None:
    """Run the target's own preparation (make and fill the database), where it has one.

    Raises BenchError with its output.
    """
    if not target.prepare:
        return
    done = subprocess.run(
        [target.python, *target.prepare],
        cwd=target.folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BenchError(f"{target.name} could not be prepared:\n{tail}")
