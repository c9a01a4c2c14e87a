"""The command line, as a user types it in a project's folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench import cli
from betterworker.bench.claims import REFUSED
from tests.bench.waiting import processes_about, until
from tests.projects.environments import CACHE
from tests.projects.making import clean_environment

ROOT = Path(__file__).parents[2]
#: Overlays are kept between runs of the tests, as a user's are.
OVERLAYS = CACHE / "cache"
PATIENCE_S = 250.0
#: Said where another study has the CPUs, as of another checkout's tests.
TAKEN = "Another betterworker"


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return f"{self.out}\n{self.err}"


def betterworker(folder: Path, *arguments: object, env: Mapping[str, str] | None = None) -> Said:
    """Run in the folder, by an interpreter that is not the project's. Waits until the CPUs are free."""
    deadline = time.monotonic() + PATIENCE_S
    while TAKEN in (said := _said(folder, arguments, env or {})).err and time.monotonic() < deadline:
        time.sleep(5)
    return said


def _said(folder: Path, arguments: Sequence[object], env: Mapping[str, str]) -> Said:
    """Nothing may be left of it: no temporary file, and no process."""
    with tempfile.TemporaryDirectory() as temporary:
        done = subprocess.run(
            [sys.executable, "-m", cli.__name__, *map(str, arguments)],
            cwd=folder,
            env=environment() | dict(env) | {"TMPDIR": temporary},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert until(lambda: not processes_about(temporary))
        assert list(Path(temporary).iterdir()) == []
    return Said(done.returncode, done.stdout, done.stderr)


def environment() -> dict[str, str]:
    """A shell's, in which no environment is active and lines are not cut."""
    ours = ("BETTERWORKER_BACKENDS", REFUSED)
    kept = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    own = {"PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": str(OVERLAYS), "COLUMNS": "200"}
    return clean_environment() | kept | own
