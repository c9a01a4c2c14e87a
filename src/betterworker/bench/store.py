"""A run's folder: ``study.json``, ``machine.json``, ``ceilings.jsonl``, ``trials.jsonl``, ``logs/``.

Raw facts only, one whole line a trial, flushed before the next trial starts: a crash loses nothing that was
measured. ``finished.json`` is written when nothing is left to measure. A finished run's ``trials.jsonl`` may
be packed with xz: ``trials.jsonl.xz`` is read as well.

Format history: 1 (first); 2 (looks, rounds and open loops in the study; finished.json); 3 (threads, backends,
HTTP clients and the workers' own words in the study; terms in force, first bytes and database connections in
the trials: all absent in 2; sweeps, and the user's own project, in the study, where there are any).
"""

from __future__ import annotations

import errno
import fcntl
import lzma
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from betterworker.bench.errors import BadRunFolder, Unprepared
from betterworker.bench.model import Ceiling, Machine, Result, Run, Study
from betterworker.bench.old_formats import planned_1, study_from_1

FORMAT = 3
FINISHED = "finished.json"
TRIALS = "trials.jsonl"
PACKED = "trials.jsonl.xz"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What ``study.json`` holds."""

    format: int
    study: Study


class RunFolder:
    """Appends to a run. One program at a time: the folder is locked while it is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.trials = _appending(path / TRIALS)
        try:
            fcntl.flock(self.trials, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.trials.close()
            raise BadRunFolder(f"{path} is being written by another betterworker.") from None

    @classmethod
    def create(cls, path: Path, study: Study, machine: Machine) -> RunFolder:
        try:
            path.mkdir(parents=True)
            (path / "logs").mkdir()
            _write(path / "study.json", Stored(format=FORMAT, study=study))
            _write(path / "machine.json", machine)
        except FileExistsError:
            raise BadRunFolder(f"{path} exists already: choose another --out.") from None
        except OSError as error:
            raise Unprepared(
                f"{path} cannot be made: {error.strerror}. Mend that, or choose another --out."
            ) from error
        return cls(path)

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """For going on: a torn last line (the program was killed while writing it) is cut off."""
        if (path / PACKED).exists():
            raise BadRunFolder(f"{path} is packed: unpack it first, with: unxz {path / PACKED}")
        folder = cls(path)
        for file in (path / TRIALS, path / "ceilings.jsonl"):
            if file.exists():
                os.truncate(file, len(_whole_lines(file.read_bytes())))
        return folder

    def append(self, result: Result) -> None:
        """One whole line, on its way to the disk before this returns."""
        self._line(self.trials, result)

    def append_ceiling(self, ceiling: Ceiling) -> None:
        with _appending(self.path / "ceilings.jsonl") as file:
            self._line(file, ceiling)

    def finish(self) -> None:
        """Nothing is left to measure."""
        _write(self.path / FINISHED, {"finished_at": datetime.now(UTC).isoformat(timespec="seconds")})

    def close(self) -> None:
        self.trials.close()

    def _line(self, file: FileIO, value: object) -> None:
        position = file.seek(0, os.SEEK_END)
        rest = msgspec.json.encode(value) + b"\n"
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            os.ftruncate(file.fileno(), position)
            raise _cannot_write(self.path, error) from error


def read_run(path: Path) -> Run:
    """A stored run. BadRunFolder when it is none, or from a newer version."""
    number, head = _read_head(path)
    results = tuple(_read_lines(path / (TRIALS if (path / TRIALS).exists() else PACKED), Result))
    ceilings = path / "ceilings.jsonl"
    return Run(
        id=path.resolve().name,
        study=_study(path, number, head),
        machine=_decode(path / "machine.json", Machine),
        ceilings=tuple(_read_lines(ceilings, Ceiling)) if ceilings.exists() else (),
        results=results,
        finished=(path / FINISHED).exists() if number > 1 else len(results) >= planned_1(head["study"]),
    )


def format_of(path: Path) -> int:
    """The format a run was written in. BadRunFolder when it is none, or from a newer version."""
    return _read_head(path)[0]


def _read_head(path: Path) -> tuple[int, dict[str, Any]]:
    if not (path / "study.json").is_file() or not any((path / name).is_file() for name in (TRIALS, PACKED)):
        raise BadRunFolder(f"{path} is not a run folder: it has no study.json and trials.jsonl.")
    head = _decode(path / "study.json", dict[str, Any])
    number = head.get("format")
    if not isinstance(number, int) or number > FORMAT:
        raise BadRunFolder(
            f"{path} has format {number}, this version reads up to {FORMAT}: upgrade betterworker."
        )
    return number, head


def _study(path: Path, number: int, head: dict[str, Any]) -> Study:
    try:
        study = study_from_1(head["study"]) if number == 1 else head["study"]
        return msgspec.convert(study, Study)
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise BadRunFolder(f"{path / 'study.json'} cannot be read: {error}") from error


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise BadRunFolder(f"{path} cannot be read: {error}") from error


def _read_lines(path: Path, kind: type[T]) -> list[T]:
    values = []
    for number, line in enumerate(_whole_lines(_bytes(path)).splitlines(), start=1):
        try:
            values.append(msgspec.json.decode(line, type=kind))
        except msgspec.DecodeError as error:
            raise BadRunFolder(f"{path}, line {number}, cannot be read: {error}") from error
    return values


def _bytes(path: Path) -> bytes:
    if path.suffix != ".xz":
        return path.read_bytes()
    try:
        return lzma.decompress(path.read_bytes())
    except lzma.LZMAError as error:
        raise BadRunFolder(f"{path} cannot be unpacked: {error}") from error


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _write(path: Path, value: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value)) + b"\n")


def _appending(path: Path) -> FileIO:
    # Unbuffered: what a full disk refused must not be written once more when the file is closed.
    try:
        return path.open("ab", buffering=0)
    except OSError as error:
        raise _cannot_write(path.parent, error) from error


def _cannot_write(path: Path, error: OSError) -> Unprepared:
    mend = "free some space" if error.errno == errno.ENOSPC else "mend that"
    return Unprepared(
        f"{path} cannot be written: {error.strerror}. What was measured so far is kept; "
        f"{mend} and go on with: betterworker run --resume {path}"
    )
