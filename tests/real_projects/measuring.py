"""A project measured as a newcomer does it, but for fewer and shorter windows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.projects.environments import packages_of
from tests.real_projects.commands import Said, betterworker

TINY = (
    *("--window", "300ms", "--connections", "4", "--blocks", "2", "--threads", "4"),
    *("--latency", "none", "--sweep", "none"),
)
#: Where our own files go in a project's folder; what Python and SQLite leave there is the project's.
OURS = {"betterworker.toml", "runs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``before`` and ``after`` are the files of its environment, ``added`` are names new in its folder."""

    folder: Path
    run: Said
    before: dict[str, int]
    after: dict[str, int]
    added: frozenset[str]

    @property
    def out(self) -> Path:
        return self.folder / "runs" / "first"

    @property
    def report(self) -> dict[str, Any]:
        file = self.out / "report.json"
        assert file.exists(), self.run.all
        loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return loaded

    @property
    def stored(self) -> str:
        """All that a finished run wrote."""
        assert self.report
        files = (file for file in self.out.rglob("*") if file.is_file())
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    def goodput(self, worker: str) -> dict[str, float | None]:
        """By row: right answers per second."""
        cells = (cell for cell in self.report["cells"] if cell["worker"] == worker)
        return {f"{cell['scenario']}:{cell['mode']}": _median(cell) for cell in cells}


def _median(cell: dict[str, Any]) -> float | None:
    figure = cell["goodput_rps"]
    return None if figure["median"] is None else float(figure["median"])


def measured(folder: Path, *options: object, workers: str = "") -> Measured:
    """``run`` in a project's folder that has its betterworker.toml."""
    environment = (folder / ".venv").resolve()
    before, names = packages_of(environment), _names(folder)
    chosen = ("--workers", workers) if workers else ()
    said = betterworker(folder, "run", *chosen, *TINY, "--out", "runs/first", *options)
    return Measured(
        folder=folder,
        run=said,
        before=before,
        after=packages_of(environment),
        added=frozenset(_names(folder) - names - OURS),
    )


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if not file.name.startswith("db.sqlite3")}
