"""One run of Django's suites in a process of its own, and what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.modes import Mode
from tests.conformance.sources import ROOT

#: Some forty seconds are usual; as much as this it may take at the lowest priority beside others.
TIMEOUT_S = 3600
#: Of the results of a run that came to its end.
LAST_LINE = "the end\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one test: passed, failed, error or skipped; and how many requests an ASGI handler had in it."""

    outcome: str
    detail: str = ""
    requests: int = 0


Run = Mapping[str, Outcome]


class Unfinished(Exception):
    """It hung or died. What it did not come to is unknown: comparing it would compare less than it says."""


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
        """Waits. Raises Unfinished for a process that hung or died; the log has the place."""
        try:
            self._process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return read(self._results)

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


def read(results: Path) -> Run:
    """By test. Raises Unfinished."""
    lines = results.read_text().splitlines(keepends=True) if results.exists() else []
    if not lines or lines.pop() != LAST_LINE:
        raise Unfinished(f"It did not come to its end; it told of {len(lines)} tests.")
    return dict(map(_outcome, lines))


def _outcome(line: str) -> tuple[str, Outcome]:
    told = json.loads(line)
    return told.pop("test"), Outcome(**told)
