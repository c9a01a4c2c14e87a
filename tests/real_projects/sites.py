"""Projects made once for all tests, and a copy of one for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

Make = Callable[[Path], Path]


class Sites:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Make, Path] = {}

    def copy(self, make: Make, to: Path) -> Path:
        """As a builder makes it, environment and all (which is a link)."""
        if make not in self._made:
            self._made[make] = make(self._folder / str(len(self._made)))
        shutil.copytree(self._made[make], to, symlinks=True, dirs_exist_ok=True)
        return to
