"""Reads the machine and has it judged: what would spoil a run, each with its mend."""

from __future__ import annotations

import importlib.util
import os
import resource
import socket
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from betterworker.bench import checks, machine
from betterworker.bench.checks import Check
from betterworker.bench.errors import Unprepared

# Beyond the connections: the interpreter, its libraries, logs, pipes and the database.
_SPARE_FILES = 256
_HOST = "127.0.0.1"


def files_needed(connections: int) -> int:
    """Open files that one process must be allowed to hold ``connections``."""
    return connections + _SPARE_FILES


def raise_open_files(needed: int) -> int:
    """Raise this process's soft limit of open files to ``needed``; the limit that then holds.

    Processes started afterwards inherit it. Raises Unprepared when the hard limit is lower.
    """
    soft, hard = machine.open_file_limits()
    if soft >= needed:
        return soft
    check = checks.open_files(soft, hard, needed)
    if check.state == "fail":
        raise Unprepared(sentence(check))
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    except (OSError, ValueError) as error:  # macOS: no hard limit, but a lower one in the kernel
        raise Unprepared(
            f"The open-file limit cannot be raised ({error}). {checks.files_mend(needed)}"
        ) from error
    return needed


def require_connections(connections: int) -> None:
    """Ports and files for so many connections, the file limit raised. Raises Unprepared."""
    check = checks.ports(machine.port_range(), connections)
    if check.state == "fail":
        raise Unprepared(sentence(check))
    raise_open_files(files_needed(connections))


def doctor(
    connections: int,
    out: Path,
    workers: Mapping[str, tuple[str, ...]],
    *,
    interval_s: float = 1.0,
    pause: Callable[[float], None] = time.sleep,
) -> tuple[Check, ...]:
    """Every check, read and judged now.

    ``workers`` is the distributions that each needs, by worker. ``pause`` waits ``interval_s``
    seconds between two readings of steal time.
    """
    average = machine.load_average()
    before = machine.steal_and_total()
    pause(interval_s)
    after = machine.steal_and_total()
    installed = machine.packages()
    return (
        *_needs(connections, out),
        *_network(),
        *_processors(average),
        checks.steal(before, after),
        *_memory(),
        checks.temp_folder(temp_folder_error()),
        checks.loopback(loopback_error()),
        checks.urllib3(installed.get("urllib3")),
        checks.uvloop(importlib.util.find_spec("uvloop") is not None),
        *(checks.worker(name, needs, installed) for name, needs in workers.items()),
    )


def require(connections: int, out: Path, cpus: Sequence[int] = ()) -> tuple[Check, ...]:
    """What must hold before a run with ``connections`` at most, pinned to ``cpus``.

    Raises Unprepared with every failure in one message.
    """
    found = (
        *_needs(connections, out),
        checks.pinning(cpus, machine.available_cpus()),
        checks.temp_folder(temp_folder_error()),
        checks.loopback(loopback_error()),
    )
    failures = [sentence(check) for check in found if check.state == "fail"]
    if failures:
        raise Unprepared("This machine cannot carry the run.\n" + "\n".join(failures))
    return found


def free_disk_mb(folder: Path) -> float | None:
    """Free space where ``folder`` is, or will be."""
    return machine.readable(lambda: psutil.disk_usage(str(_existing(folder.absolute()))).free / 1e6)


def temp_folder_error() -> str | None:
    """Why no temporary file can be written, or None when one can."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
    except OSError as error:
        return str(error)
    return None


def loopback_error(host: str = _HOST) -> str | None:
    """Why no free port of ``host`` can be bound, or None when one can."""
    try:
        with socket.socket() as listener:
            listener.bind((host, 0))
            listener.listen()
    except OSError as error:
        return str(error)
    return None


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _needs(connections: int, out: Path) -> tuple[Check, ...]:
    return (
        checks.open_files(*machine.open_file_limits(), files_needed(connections)),
        checks.ports(machine.port_range(), connections),
        checks.free_disk(free_disk_mb(out), out),
    )


def _network() -> tuple[Check, ...]:
    return (
        checks.time_wait(machine.loopback_time_wait(), machine.port_range()),
        checks.somaxconn(machine.somaxconn()),
    )


def _processors(average: float | None) -> tuple[Check, ...]:
    available = machine.available_cpus()
    return (
        checks.cpus(len(available)),
        checks.cpu_quota(machine.cpu_quota(), len(available)),
        checks.load_average(average, os.cpu_count() or 1),
        checks.governor(machine.governors(available)),
    )


def _memory() -> tuple[Check, ...]:
    memory = machine.readable(psutil.virtual_memory)
    swapped = machine.readable(psutil.swap_memory)
    return (
        checks.free_memory(None if memory is None else memory.available / 1e6),
        checks.swap(None if swapped is None else swapped.used / 1e6),
    )


def sentence(check: Check) -> str:
    """A check in one line."""
    return f"{check.name}: {check.found}. {check.mend}"
