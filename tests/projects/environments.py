"""Virtual environments of projects: their packages, no server, nothing of ours. Kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Not in version control.
CACHE = ROOT / ".projects"
#: Most of it is the network's. Wagtail, the largest, takes under a minute.
PATIENCE_S = 300.0


def environment(name: str, *requirements: str, with_pip: bool = False) -> Path:
    """Its folder. Without pip it is as uv makes them. Raises CalledProcessError, TimeoutExpired."""
    folder = CACHE / f"{name}-{_key(requirements, with_pip)}"
    with _locked(name):
        if not (whole := folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, requirements, with_pip)
            whole.touch()
    return folder


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def packages_of(folder: Path) -> dict[str, int]:
    """Every file of its site-packages and scripts with its size; what importing leaves is not told."""
    places = [*folder.glob("lib/python*/site-packages"), folder / "bin"]
    files = (file for place in places for file in place.rglob("*") if "__pycache__" not in file.parts)
    return {str(file.relative_to(folder)): file.lstat().st_size for file in files if not file.is_dir()}


def _key(requirements: Sequence[str], with_pip: bool) -> str:
    told = repr((sys.version_info[:2], sys.prefix, sorted(requirements), with_pip))
    return hashlib.sha256(told.encode()).hexdigest()[:8]


@contextmanager
def _locked(name: str) -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, requirements: Sequence[str], with_pip: bool) -> None:
    bare = [] if with_pip else ["--without-pip"]
    _run(sys.executable, "-m", "venv", *bare, str(folder))
    pip = [sys.executable, "-m", "pip", "--python", str(python_of(folder)), "--disable-pip-version-check"]
    _run(*pip, "install", "-qq", "--no-input", *requirements)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=PATIENCE_S)
