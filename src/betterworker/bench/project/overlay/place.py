"""Where an overlay is, and who uses it. Locks are the kernel's, so that none outlives its program."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from betterworker.bench.project.overlay.nouns import Environment, Hold, Made

#: Of how an overlay is made: another number makes all anew.
SCHEMA = 1
STAMP = "betterworker.json"
IN_USE = "in-use"
DAY_S = 86_400.0
_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``folder`` is of an interpreter with the very packages that it has now; those beside it, under
    ``home``, are of the packages that it had before."""

    home: Path
    folder: Path

    @classmethod
    def of(cls, project: Environment, cache: Path) -> Place:
        real = os.path.realpath(project.executable)
        home = cache / "overlays" / digest(SCHEMA, real, project.prefix, project.version, project.folders)
        return cls(home=home, folder=home / digest(dict(sorted(project.packages.items()))))

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def constraints(self) -> Path:
        return self.folder / "constraints.txt"

    @contextlib.contextmanager
    def alone(self) -> Iterator[int]:
        """Nobody else makes or changes an overlay of this interpreter; gives the lock's descriptor."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock.fileno()

    def hold(self) -> Hold:
        """It is in use until this is let go."""
        return Hold(self.folder / IN_USE)

    def read(self) -> Made | None:
        """None where there is none, or one that was not finished. What was refused is, for a day."""
        stamp = self.folder / STAMP
        try:
            made = msgspec.json.decode(stamp.read_bytes(), type=Made)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return made if time.time() - stamp.stat().st_mtime < DAY_S else replace(made, refused={})

    def write(self, made: Made) -> None:
        """Says that it is finished."""
        draft = self.folder / f"{STAMP}.draft"
        draft.write_bytes(msgspec.json.encode(made))
        draft.rename(self.folder / STAMP)

    def unfinish(self) -> None:
        """Before it is changed: what ends in the middle of that is made anew."""
        (self.folder / STAMP).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove those of packages that the interpreter had before, but for what another program uses."""
        for other in self.home.iterdir():
            if other.is_dir() and other != self.folder and not is_used(other):
                shutil.rmtree(other, ignore_errors=True)


def is_used(folder: Path) -> bool:
    try:
        with (folder / IN_USE).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:_LENGTH]
