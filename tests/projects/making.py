"""What the builders share: a project begun, its files written, its own manage.py run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from tests.projects.environments import environment, python_of

#: Of most projects here: nothing but Django.
DJANGO = "Django>=5.2,<6"
PATIENCE_S = 120.0


def begun(folder: Path, venv: Path, name: str = "mysite") -> Path:
    """``startproject`` in the folder, which has the environment as ``.venv``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".venv").symlink_to(venv)
    run(folder, "-m", "django", "startproject", name, ".")
    return folder


def plain_environment() -> Path:
    return environment("django", DJANGO)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Texts by their path; indented as the code that holds them."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def add(folder: Path, path: str, text: str) -> None:
    """At the end of a file."""
    with (folder / path).open("a", encoding="utf-8") as file:
        file.write(dedent(text))


def change(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def manage(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    return run(folder, "manage.py", *arguments, env=env)


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What the project's interpreter prints. Raises AssertionError with all that it said."""
    done = subprocess.run(
        [python_of(folder / ".venv"), *arguments],
        cwd=folder,
        env=clean_environment() | dict(env or {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def clean_environment() -> dict[str, str]:
    """Without what leads to the tests' own packages and settings."""
    ours = ("PYTHON", "DJANGO", "VIRTUAL_ENV", "BETTERWORKER")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
