"""The same for Django 6, and the handler's own tests there, on each newer Python that is on this machine.
``make conformance-next``. Environments and results are kept in ``.conformance``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.sources import CACHE, ROOT

#: Django 6 begins with Python 3.12.
OLDEST, NEWEST = 12, 19
#: The newest Django on the newest Python; the first of its series on the others.
NEXT, FIRST = "Django>=6.0,<7", "Django>=6.0,<6.1"
_NEEDS = ("pytest>=8.3", "pytest-randomly>=3.16", "pytest-timeout>=2.3", "dj-database-url", "jinja2", "trio")
_OWN_TESTS = ("-m", "not servers", "--ignore=tests/handler/test_servers.py", "tests/handler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    minor: int
    path: Path

    @property
    def name(self) -> str:
        return f"Python 3.{self.minor}"


def interpreters() -> list[Interpreter]:
    """One of each, the newest first; of those that start."""
    found: dict[int, Interpreter] = {}
    for minor in range(NEWEST, OLDEST - 1, -1):
        for path in _candidates(minor):
            if minor not in found and _starts(path, minor):
                found[minor] = Interpreter(minor=minor, path=path)
    return list(found.values())


def _candidates(minor: int) -> Iterator[Path]:
    if on_path := shutil.which(f"python3.{minor}"):
        yield Path(on_path)
    # Those of pyenv are on the path only where somebody has chosen them.
    yield from sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3.{minor}"), reverse=True)


def _starts(path: Path, minor: int) -> bool:
    code = f"import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, {minor}))"
    try:
        tried = subprocess.run([path, "-c", code], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def environment(interpreter: Interpreter, django: str, *more: str, suffix: str = "") -> Path:
    """A virtual environment's interpreter, with that Django. Raises CalledProcessError."""
    folder = CACHE / "environments" / f"py3.{interpreter.minor}{suffix}"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([interpreter.path, "-m", "venv", folder], check=True)
    quietly = ["--quiet", "--disable-pip-version-check", "--upgrade"]
    subprocess.run([python, "-m", "pip", "install", *quietly, django, *more, "asgiref", *_NEEDS], check=True)
    return python


def main() -> int:
    there = interpreters()
    if not there:
        return skipped()
    newest, *others = there
    python = environment(newest, NEXT)
    results = [
        _run(f"Django's suites on {newest.name}", python, "-m", "tests.conformance"),
        run_tests(f"The handler's own tests on {newest.name}", python, *_OWN_TESTS),
        *(_own_tests_on(each) for each in others),
    ]
    return max(results)


def _own_tests_on(interpreter: Interpreter) -> int:
    python = environment(interpreter, FIRST)
    return run_tests(f"The handler's own tests on {interpreter.name}", python, *_OWN_TESTS)


def skipped() -> int:
    print(f"No Python from 3.{OLDEST} on is on this machine: {NEXT} is skipped.")
    return 0


def run_tests(title: str, python: Path, *asked: str) -> int:
    """Pytest's, as an exit status: 0 or 1."""
    return _run(title, python, "-m", "pytest", "-q", *asked)


def _run(title: str, python: Path, *command: str) -> int:
    print(f"{title}:", flush=True)
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run([python, *command], cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, check=False)
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
