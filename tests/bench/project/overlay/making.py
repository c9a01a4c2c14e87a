"""Wheels of a line, and environments that have distributions of a line: nothing comes from a network."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def a_wheel(
    folder: Path, name: str, version: str = "1.0", requires: Sequence[str] = (), python: str = ">=3.9"
) -> Path:
    """A module of that name which knows its version, and what it requires."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": metadata(name, version) + f"Requires-Python: {python}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return wheel


def an_environment(folder: Path, packages: Mapping[str, str], python: str = sys.executable) -> str:
    """With these distributions by version, and no pip; gives its interpreter."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    for name, version in packages.items():
        put(site_folder(folder), name, version)
    return str(folder / "bin" / "python")


def put(site: Path, name: str, version: str) -> None:
    """Install it there, or another version of it."""
    for old in site.glob(f"{name}-*.dist-info"):
        (old / "METADATA").unlink()
        old.rmdir()
    (site / f"{name}.py").write_text(f"version = {version!r}\n")
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(metadata(name, version))


def metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def site_folder(folder: Path) -> Path:
    (site,) = folder.glob("lib/python*/site-packages")
    return site


def everything_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file and folder."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {str(path): (stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


def said_by(python: str, code: str) -> str:
    done = subprocess.run([python, "-B", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
