"""Which interpreter has the project's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from betterworker.bench.errors import BadInput

#: For an interpreter to start, and for poetry to think.
PATIENCE_S = 30.0
NAMES = (".venv", "venv", "env", ".env")
#: Understood by any Python there is.
_TELL = (
    "import sys\n"
    "try:\n    import django\n    found = django.get_version()\n"
    "except ImportError:\n    found = '-'\n"
    "sys.stdout.write(found + '\\n' + sys.executable)"
)


def interpreter(folder: Path, given: str | None, environ: Mapping[str, str]) -> str:
    """The first that has Django; its path is not resolved, for an environment is known by its own.

    Raises BadInput: it says which were tried.
    """
    if given:
        return _given(given, folder, environ)
    tried: dict[str, str] = {}
    for why, python in _candidates(folder, environ):
        if not python:
            tried[why] = f"  {why}: it named no interpreter"
        if not python or python in tried:
            continue
        problem, executable = told(python, folder)
        if problem is None:
            # What is on the PATH may be pyenv's program that chooses by the folder.
            return executable if why.endswith("PATH") else python
        tried[python] = f"  {python} ({why}): {problem}"
    listed = "\n".join(tried.values()) or "  none was found"
    raise BadInput(
        f"No interpreter with Django was found for {folder}:\n{listed}\n"
        'Name it: --python PATH of init and check, or python = "…" in [project]'
    )


def _given(given: str, folder: Path, environ: Mapping[str, str]) -> str:
    """A path, the name of a program, or the folder of an environment."""
    path = Path(given).expanduser()
    if path.is_dir():
        path = path / "bin" / "python"
    found = shutil.which(str(path), path=environ.get("PATH"))
    if found is None:
        raise BadInput(f"--python {given} is no program.")
    python = str(Path(found).absolute())
    problem, _ = told(python, folder)
    if problem:
        raise BadInput(f"--python {given}: {problem}. Name the interpreter that runs the project.")
    return python


def told(python: str, folder: Path) -> tuple[str | None, str]:
    """Why the project cannot run on it (None where it has Django), and the interpreter that it is."""
    try:
        done = _run([python, "-c", _TELL], folder)
    except OSError as error:
        return f"it cannot be run ({error.strerror})", python
    except subprocess.TimeoutExpired:
        return "it does not start", python
    django, _, executable = done.stdout.strip().rpartition("\n")
    if done.returncode or not executable:
        return "it does not start", python
    return "it has no Django" if django == "-" else None, executable


def _candidates(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Why it may be the one, and its path; none, where the tool that was asked did not know it."""
    ours = Path(sys.prefix)
    yield from _named(folder, environ, "VIRTUAL_ENV")
    for home in _up_to_the_repository(folder):
        yield from (
            (f"{name} in {home}", _python(home / name)) for name in NAMES if _is_environment(home / name)
        )
    yield from _of_tools(folder, environ)
    yield from _named(folder, environ, "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX")
    if ours.is_relative_to(folder):
        yield "betterworker's own, within the project", sys.executable
    for name in ("python3", "python"):
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            yield f"{name} on the PATH", found


def _named(folder: Path, environ: Mapping[str, str], *names: str) -> Iterator[tuple[str, str]]:
    """Environments that variables name; betterworker's own may be active for its own sake."""
    for name in names:
        place = environ.get(name)
        if place and folder / place != Path(sys.prefix):
            yield name, _python(folder / place)


def _python(environment: Path) -> str:
    return str(environment / "bin" / "python")


def _is_environment(folder: Path) -> bool:
    return (folder / "bin" / "python").exists()


def _up_to_the_repository(folder: Path) -> Iterator[Path]:
    for each in (folder, *folder.parents):
        yield each
        if (each / ".git").exists() or each == Path.home():
            return


def _of_tools(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Environments that poetry and pipenv keep elsewhere."""
    for home in _up_to_the_repository(folder):
        if (home / "poetry.lock").exists() or _mentions(home / "pyproject.toml", "poetry"):
            yield from _told(home, environ, "poetry", "env", "info", "--executable")
        if (home / "Pipfile").exists():
            yield from _told(home, environ, "pipenv", "--py")


def _mentions(file: Path, text: str) -> bool:
    try:
        return text in file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _told(home: Path, environ: Mapping[str, str], *command: str) -> Iterator[tuple[str, str]]:
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return
    # Within an environment of ours they would tell of that one.
    outside = {name: value for name, value in environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = _run([program, *command[1:]], home, outside)
        said = done.stdout.strip().splitlines()[-1:] if done.returncode == 0 else []
    except (OSError, subprocess.TimeoutExpired):
        said = []
    yield " ".join(command), next(filter(_runs, said), "")


def _runs(path: str) -> bool:
    return os.access(path, os.X_OK)


def _run(
    command: list[str], folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
