"""One run of Django's suites in a process of its own, and what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.modes import Mode
from tests.conformance.sources import ROOT

#: Some forty seconds are usual.
TIMEOUT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one test: passed, failed, error or skipped; and how many requests an ASGI handler had in it."""

    outcome: str
    detail: str = ""
    requests: int = 0


Run = Mapping[str, Outcome]


class Started:
    """A run under way. Several at once do not know of each other."""

    def __init__(self, mode: Mode, suites: Path, labels: Sequence[str], folder: Path) -> None:
        self.mode = mode
        folder.mkdir(parents=True, exist_ok=True)
        self._results = folder / f"{mode}.jsonl"
        self._results.unlink(missing_ok=True)
        self.log = folder / f"{mode}.log"
        options = ["--parallel=1", "--noinput", "--settings=tests.conformance.inside.settings"]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "runtests.py", *options, *labels],
                cwd=suites,
                env=os.environ | self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _environment(self) -> dict[str, str]:
        paths = [str(ROOT / "src"), str(ROOT)]
        return {
            "PYTHONPATH": os.pathsep.join(paths),
            "CONFORMANCE_MODE": str(self.mode),
            "CONFORMANCE_RESULTS": str(self._results),
        }

    def finished(self) -> Run:
        """Waits. A process that hung or died has told of the tests before that; the log has the place."""
        try:
            self._process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return read(self._results)

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


def read(results: Path) -> Run:
    """By test."""
    return dict(_lines(results)) if results.exists() else {}


def _lines(results: Path) -> Iterator[tuple[str, Outcome]]:
    for line in results.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            return  # torn: the process died
        told = json.loads(line)
        yield told.pop("test"), Outcome(**told)
