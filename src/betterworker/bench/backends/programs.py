"""Which Redis and PostgreSQL are installed here, where, and in which version."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REDIS_PROGRAMS = ("redis-server", "valkey-server")
#: Where Debian keeps the servers of several versions, none of them on the PATH.
POSTGRES_FOLDERS = Path("/usr/lib/postgresql")
ASKING_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An installed server: what it is called (``redis-server``), its version, and its executable."""

    called: str
    version: str
    path: Path

    def __str__(self) -> str:
        return f"{self.called} {self.version}"


def redis() -> Program | None:
    """Redis, or Valkey where there is no Redis."""
    for name in REDIS_PROGRAMS:
        path = shutil.which(name)
        version = version_in(said(path, "--version")) if path else None
        if path and version:
            return Program(called=name, version=version, path=Path(path))
    return None


def postgres() -> Program | None:
    """The server, with ``initdb`` beside it: that of the PATH, else the newest one."""
    for folder in _postgres_folders():
        path = folder / "postgres"
        if (
            path.is_file()
            and (folder / "initdb").is_file()
            and (version := version_in(said(path, "--version")))
        ):
            return Program(called="PostgreSQL", version=version, path=path)
    return None


def version_in(text: str) -> str | None:
    """The first version in what a program says of itself: ``7.0.15``, ``15.18``, ``18beta1``."""
    found = re.search(r"(?:v=|\b)(\d+(?:\.\d+)+|\d+(?:beta|rc|devel)\w*)", text)
    return found[1] if found else None


def said(path: str | Path, *arguments: str) -> str:
    """What a program prints; nothing where it cannot be run."""
    try:
        done = subprocess.run(
            [str(path), *arguments], capture_output=True, text=True, check=False, timeout=ASKING_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _postgres_folders() -> Iterator[Path]:
    if path := shutil.which("postgres"):
        yield Path(path).resolve().parent
    versions = [path for path in POSTGRES_FOLDERS.glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    if (config := shutil.which("pg_config")) and (folder := said(config, "--bindir").strip()):
        yield Path(folder)
