"""The judges: each takes facts and makes one Check. None stands for a fact that could not be read, and is
skipped, never passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from betterworker.bench import carriers, machine

State = Literal["ok", "warn", "fail", "skip"]

_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Check:
    """One fact, judged. ``mend`` says what to do, and is empty when there is nothing to mend."""

    name: str
    state: State
    found: str
    mend: str = ""


def open_files(soft: int, hard: int, needed: int) -> Check:
    """Only the hard limit can fail: a run raises the soft one itself."""
    if hard < needed:
        found = f"{hard:,} at most (hard limit), {needed:,} needed"
        return Check("open files", "fail", found, files_mend(needed))
    raised = "" if soft >= needed else f", raised to {needed:,} for a run"
    return Check("open files", "ok", f"{soft:,}{raised}")


def ports(span: tuple[int, int] | None, connections: int) -> Check:
    """Twice the connections: those of the last window may still be in TIME_WAIT."""
    if span is None:
        return _skipped("ephemeral ports")
    have, needed = span[1] - span[0] + 1, 2 * connections
    return _judged(
        "ephemeral ports",
        "fail" if have < needed else "ok",
        f"{have:,} ({span[0]} to {span[1]}), {needed:,} needed for {connections:,} connections",
        'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535", or ask for fewer connections.',
    )


def time_wait(closing: int | None, span: tuple[int, int] | None) -> Check:
    if closing is None or span is None:
        return _skipped("TIME_WAIT sockets")
    return _judged(
        "TIME_WAIT sockets",
        "warn" if closing > (span[1] - span[0] + 1) / 2 else "ok",
        f"{closing:,} on loopback",
        "Another load has just ended here: wait a minute for its ports to come free.",
    )


def somaxconn(limit: int | None, backlog: int = _BACKLOG) -> Check:
    if limit is None:
        return _skipped("somaxconn")
    return _judged(
        "somaxconn",
        "warn" if limit < backlog else "ok",
        f"{limit:,}, servers ask for a backlog of {backlog:,}",
        f"sudo sysctl -w net.core.somaxconn={backlog}",
    )


def cpus(count: int) -> Check:
    return _judged(
        "CPUs",
        "warn" if count < 2 else "ok",
        f"{count}" if count > 1 else "1: server and load share it, figures are not comparable",
        "Use a machine (or a container, or an affinity) with two CPUs or more.",
    )


def pinning(asked: Iterable[int], available: Sequence[int]) -> Check:
    absent = sorted(set(asked) - set(available))
    have = ", ".join(map(str, available))
    return _judged(
        "CPU pinning",
        "fail" if absent else "ok",
        f"CPU {', '.join(map(str, absent))} not among {have}" if absent else f"out of CPU {have}",
        "Name available CPUs, or widen the affinity (taskset, docker run --cpuset-cpus).",
    )


def cpu_quota(quota: float | None, count: int) -> Check:
    if quota is None:
        return _skipped("CPU quota")
    return _judged(
        "CPU quota",
        "warn" if quota < count else "ok",
        f"{quota:g} CPUs of {count}" if quota < count else "none that binds",
        "The group is throttled in mid-window: lift the limit (docker run --cpus, CPUQuota= in "
        "systemd, limits.cpu in Kubernetes), or pin whole CPUs instead.",
    )


def load_average(average: float | None, count: int) -> Check:
    """``count`` is of the whole machine, as the average is."""
    if average is None:
        return _skipped("load average")
    return _judged(
        "load average",
        "warn" if average > 0.25 * count else "ok",
        f"{average:.2f} over {count} CPUs at rest",
        "Stop what else runs here (see top), wait a minute, and look again.",
    )


def steal(before: tuple[float, float] | None, after: tuple[float, float] | None) -> Check:
    """``before`` and ``after`` are seconds of steal and of all CPU time."""
    if before is None or after is None or after[1] <= before[1]:
        return _skipped("steal time")
    share = (after[0] - before[0]) / (after[1] - before[1])
    return _judged(
        "steal time",
        "warn" if share > 0.01 else "ok",
        f"{share:.1%} of CPU time",
        "Neighbours take this guest's CPU: use dedicated CPUs, or measure at another hour.",
    )


def governor(names: tuple[str, ...] | None) -> Check:
    if names is None:
        return _skipped("CPU frequency governor")
    return _judged(
        "CPU frequency governor",
        "ok" if set(names) == {"performance"} else "warn",
        ", ".join(names),
        "sudo cpupower frequency-set -g performance",
    )


def free_memory(free_mb: float | None) -> Check:
    if free_mb is None:
        return _skipped("free memory")
    return _judged(
        "free memory",
        "warn" if free_mb < 1000 else "ok",
        f"{free_mb:,.0f} MB",
        "Stop other programs, or measure fewer workers at a time: 1,000 MB should be free.",
    )


def free_disk(free_mb: float | None, out: Path) -> Check:
    if free_mb is None:
        return _skipped("free disk")
    return _judged(
        "free disk",
        "fail" if free_mb < 200 else "ok",
        f"{free_mb:,.0f} MB for {out}",
        "Free 200 MB there, or write the run elsewhere.",
    )


def swap(used_mb: float | None) -> Check:
    if used_mb is None:
        return _skipped("swap")
    return _judged(
        "swap",
        "warn" if used_mb >= 1 else "ok",
        f"{used_mb:,.0f} MB in use",
        "Free memory, then `sudo swapoff -a && sudo swapon -a`.",
    )


def urllib3(version: str | None) -> Check:
    """``version`` as `machine.packages` tells it."""
    if version is None:
        return _skipped("urllib3")
    return _judged(
        "urllib3",
        "warn" if carriers.is_fork(version) else "ok",
        version,
        f"The requests rows would measure the other one: {carriers.MEND}",
    )


def uvloop(installed: bool) -> Check:
    return _judged(
        "uvloop",
        "ok" if installed else "warn",
        "installed" if installed else "not installed: the load runs on asyncio, which is slower",
        "pip install uvloop",
    )


def worker(name: str, distributions: Iterable[str], installed: Mapping[str, str]) -> Check:
    """``installed`` is version by ``machine.distribution_key``."""
    keys = {each: machine.distribution_key(each) for each in distributions}
    missing = machine.lacking(keys, installed)
    versions = ", ".join(f"{each} {installed[key]}" for each, key in keys.items() if key in installed)
    return _judged(
        f"worker {name}",
        "warn" if missing else "ok",
        f"without {', '.join(missing)}" if missing else versions,
        f"pip install {' '.join(missing)}",
    )


def temp_folder(error: str | None) -> Check:
    return _judged(
        "temp folder",
        "fail" if error else "ok",
        error or "writable",
        "Set TMPDIR to a folder that can be written.",
    )


def loopback(error: str | None) -> Check:
    return _judged(
        "loopback",
        "fail" if error else "ok",
        error or "a free loopback port can be bound",
        "Bring the interface up (`ip link set lo up`), or allow the sandbox to listen on it.",
    )


def _judged(name: str, state: State, found: str, mend: str) -> Check:
    return Check(name, state, found, "" if state == "ok" else mend)


def _skipped(name: str) -> Check:
    return Check(name, "skip", "not readable here")


def files_mend(needed: int) -> str:
    return (
        f"As root: `ulimit -n {needed}`, then start the run from that shell; for a service, "
        f"`LimitNOFILE={needed}` in its systemd unit; for a container, "
        f"`docker run --ulimit nofile={needed}`."
    )
