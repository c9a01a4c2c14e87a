"""Finds a Django project from a folder: its manage.py, its settings, its interpreter."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench.errors import BadInput
from betterworker.bench.project.interpreters import interpreter
from betterworker.bench.project.settings_module import settings_of

#: Below the folder it is looked for so deep.
DEPTH = 3
#: A file of this name may be another program's.
_DJANGOS = ("DJANGO_SETTINGS_MODULE", "execute_from_command_line", "django")
_SKIPPED = {"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``folder`` holds manage.py; ``python`` has Django."""

    folder: Path
    settings: str
    python: str


def find(
    start: Path,
    *,
    folder: Path | None = None,
    settings: str | None = None,
    python: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Found:
    """What is given is not looked for. Raises BadInput with the way out."""
    home = manage_folder(folder or start, above=folder is None)
    return Found(
        folder=home,
        settings=settings_of(home, settings, environ),
        python=interpreter(home, python, environ),
    )


def manage_folder(start: Path, *, above: bool = True) -> Path:
    """The folder of manage.py: this one, one below, or one above."""
    start = start.absolute()
    if not start.is_dir():
        raise BadInput(f"--folder {start} is not a folder.")
    if _is_project(start):
        return start
    below = list(_below(start, DEPTH))
    if len(below) > 1:
        names = ", ".join(str(each.relative_to(start)) for each in below)
        first = below[0].relative_to(start)
        raise BadInput(
            f"{len(below)} Django projects are below {start}: {names}. Say which: --folder {first}"
        )
    over = [each for each in start.parents if _is_project(each)] if above else []
    if not below and not over:
        looked = f"in {start}, nor {DEPTH} folders deep{', nor above' if above else ''}"
        raise BadInput(
            f"No Django project here: there is no manage.py {looked}. "
            "Go to the project's folder, or name it: --folder PATH"
        )
    return (below or over)[0]


def _is_project(folder: Path) -> bool:
    try:
        text = (folder / "manage.py").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(word in text for word in _DJANGOS)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Projects below; what lies within one, as its tests' own, is a part of it."""
    for each in sorted(_folders(folder)):
        if _is_project(each):
            yield each
        elif depth > 1:
            yield from _below(each, depth - 1)


def _folders(folder: Path) -> Iterator[Path]:
    try:
        entries = [each for each in os.scandir(folder) if each.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for each in entries:
        hidden = each.name.startswith((".", "{{")) or each.name in _SKIPPED
        if not hidden and not Path(each.path, "pyvenv.cfg").exists():
            yield Path(each.path)
