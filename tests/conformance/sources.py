"""Django's source distribution, which has its test suites: what is installed has none."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Kept between runs; not in version control.
CACHE = ROOT / ".conformance"


def suites_of(version: str, cache: Path = CACHE) -> Path:
    """The folder of ``runtests.py``, fetched from the package index at first. Raises CalledProcessError."""
    wanted = cache / f"django-{version}"
    if not (wanted / "tests" / "runtests.py").exists():
        archive = _archive(version, cache)
        with tarfile.open(archive) as packed:
            packed.extractall(cache, filter="data")
    return wanted / "tests"


def _archive(version: str, cache: Path) -> Path:
    found = _found(version, cache)
    if found is None:
        cache.mkdir(parents=True, exist_ok=True)
        source_only = ["--no-binary=Django", "--no-deps"]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *source_only, f"--dest={cache}", f"Django=={version}"], check=True)
        found = _found(version, cache)
    assert found is not None, f"no source distribution of Django {version} in {cache}"
    return found


def _found(version: str, cache: Path) -> Path | None:
    name = f"django-{version}.tar.gz"  # older ones begin with a capital
    return next((each for each in cache.glob("*.tar.gz") if each.name.lower() == name), None)
