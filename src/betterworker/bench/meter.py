"""CPU and memory of a process tree, read from outside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A reading of a process tree: CPU seconds by process id so far; PSS in MB (None where unreadable)."""

    cpu_s: Mapping[int, float] = field(default_factory=dict)
    pss_mb: float | None = None
    threads: int = 0

    def spent_since(self, earlier: Usage) -> dict[int, float]:
        """CPU seconds by process between two readings; a process that ended in between is not seen."""
        return {pid: cpu - earlier.cpu_s.get(pid, 0.0) for pid, cpu in self.cpu_s.items()}


def tree(root: int) -> list[psutil.Process]:
    """Every descendant of a process, not the process itself."""
    try:
        return psutil.Process(root).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def read(root: int, *, memory: bool = True) -> Usage:
    """The tree below ``root`` now. PSS counts shared pages once over the tree, as no sum of RSS does."""
    cpu: dict[int, float] = {}
    sizes: list[float | None] = []
    threads = 0
    for process in tree(root):
        with _may_be_gone(), process.oneshot():
            times = process.cpu_times()
            threads += process.num_threads()
            if memory:
                sizes.append(_pss_mb(process))
            cpu[process.pid] = times.user + times.system
    known = [size for size in sizes if size is not None]
    whole = bool(known) and len(known) == len(sizes)
    return Usage(cpu_s=cpu, pss_mb=sum(known) if whole else None, threads=threads)


def whole_cpu_s(root: int) -> float:
    """CPU seconds of the tree below ``root`` so far, with those of processes that have ended in it: a
    database may start one for each connection."""
    spent = 0.0
    for process in tree(root):
        with _may_be_gone():
            times = process.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent


def listeners(port: int) -> set[int]:
    """Ids of the processes that listen on a TCP port, as far as they may be seen."""
    return {
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr
        and connection.laddr.port == port
        and connection.pid is not None
    }


def connected_to(root: int, port: int) -> int | None:
    """How many TCP connections the tree below ``root`` has to that port of any machine; None where that
    cannot be read."""
    count = 0
    for process in tree(root):
        with _may_be_gone():
            try:
                found = process.net_connections("tcp")
            except psutil.AccessDenied:
                return None
            established = [each for each in found if each.status == psutil.CONN_ESTABLISHED]
            count += sum(each.raddr.port == port for each in established)
    return count


@contextlib.contextmanager
def _may_be_gone() -> Iterator[None]:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        yield


def _pss_mb(process: psutil.Process) -> float | None:
    try:
        pss = getattr(process.memory_full_info(), "pss", None)  # Linux only
    except psutil.AccessDenied:
        return None
    return None if pss is None else pss / 1e6
