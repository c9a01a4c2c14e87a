from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An interpreter as it tells of itself: its site folders, and version by normalised name of packages."""

    executable: str
    prefix: str
    version: str
    folders: tuple[str, ...]
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An overlay as it is stored. ``project`` are the packages of the project's own environment, which is at
    ``prefix``; ``refused`` says why what a worker needs cannot be had beside them, by `installing.key`."""

    version: str
    prefix: str
    project: Mapping[str, str]
    packages: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)


class Hold:
    """A lock that ends with this object, and with the program."""

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.let_go = weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """``python`` is its interpreter, which has ``packages``: the project's and the servers', by normalised
    name. ``refused`` says in a line why a worker cannot be started on it. It stays until ``hold`` is let go.
    """

    python: str
    version: str
    packages: Mapping[str, str]
    refused: Mapping[str, str]
    folder: Path
    hold: Hold
