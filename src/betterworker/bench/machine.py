"""Facts of the machine and its software, as read; judging them is ``preflight``'s part.

A reader returns None where the machine does not let the fact be read. Megabytes are 1e6 bytes.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import os
import platform
import re
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psutil

from betterworker.bench import carriers
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

T = TypeVar("T")

UNKNOWN_MEMORY_MB = 2000.0

_CPU_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_LOOPBACK = ("127.", "::1", "::ffff:127.")


def describe(installed: Mapping[str, str] | None = None, python: str | None = None) -> Machine:
    """The machine and software of a run: what every stored run carries.

    The packages and the name of the interpreter are of this program, or of the one that servers run on.
    """
    cpuinfo = read_text(Path("/proc/cpuinfo")) or ""
    quota = cpu_quota()
    memory = readable(psutil.virtual_memory)
    return Machine(
        system=platform.system(),
        kernel=platform.release(),
        cpu_model=cpu_model(cpuinfo) or platform.processor() or None,
        cpus=available_cpus(),
        memory_mb=None if memory is None else memory.total / 1e6,
        python=python or f"{platform.python_implementation()} {platform.python_version()}",
        packages=packages() if installed is None else installed,
        virtual=virtualisation(cpuinfo),
        cpu_limit=None if quota is None or math.isinf(quota) else quota,
        load_average=load_average(),
        open_files=open_file_limits()[0],
        somaxconn=somaxconn(),
    )


def cpu_split(
    available: Sequence[int], server: tuple[int, ...] | None, load: tuple[int, ...] | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The server's CPUs and the load's, out of the ``available`` ones.

    By default the load gets a quarter (at least one, the last ones) and the server the rest. They
    overlap only on a machine of one CPU, or where both were asked for: the caller labels that run.
    Raises BadInput for CPUs that are not available, and where one side would be left without any.
    """
    cpus = tuple(sorted(set(available)))
    for asked in (server, load):
        _require_available(asked, cpus)
    if server is not None and load is not None:
        return server, load
    if len(cpus) == 1:
        return cpus, cpus
    quarter = max(1, len(cpus) // 4)
    if server is not None:
        return server, _others(cpus, server, "server", "load generator")[-quarter:]
    load = cpus[-quarter:] if load is None else load
    return _others(cpus, load, "load generator", "server"), load


def parse_cpus(text: str) -> tuple[int, ...]:
    """CPU numbers in order, each once: ``"0-2,5"`` is (0, 1, 2, 5). Raises BadInput."""
    cpus: set[int] = set()
    for part in text.split(","):
        match = _CPU_RANGE.fullmatch(part.strip())
        if match is None:
            raise BadInput(f"{text!r} is no list of CPUs. Write it like 0-2,5.")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise BadInput(f"{part.strip()!r} runs backwards. Write it like {last}-{first}.")
        cpus.update(range(first, last + 1))
    return tuple(sorted(cpus))


def available_cpus() -> tuple[int, ...]:
    """The CPUs this process may run on; all of them where the system has no affinity."""
    affinity = getattr(os, "sched_getaffinity", None)
    return tuple(range(os.cpu_count() or 1)) if affinity is None else tuple(sorted(affinity(0)))


def cpu_model(cpuinfo: str) -> str | None:
    """The CPU's model, from the text of ``/proc/cpuinfo``."""
    return _field(cpuinfo, "model name")


def virtualisation(cpuinfo: str) -> str | None:
    """``hypervisor`` and its vendor where the CPU says it is a guest; None without such a sign."""
    if "hypervisor" not in (_field(cpuinfo, "flags") or "").split():
        return None
    vendor = read_text(Path("/sys/class/dmi/id/sys_vendor"))
    return f"hypervisor ({vendor})" if vendor else "hypervisor"


def packages() -> dict[str, str]:
    """Version by normalised name (``distribution_key``) of every installed distribution."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        metadata = distribution.metadata
        # An interrupted pip leaves nameless folders. The first on the path is the one imported.
        if "Name" in metadata and "Version" in metadata:
            found.setdefault(distribution_key(metadata["Name"]), metadata["Version"])
    if imported := urllib3_version():
        found["urllib3"] = carriers.told(imported, found.get("urllib3"))
    return dict(sorted(found.items()))


def urllib3_version() -> str | None:
    """What ``import urllib3`` gives: its fork may have put itself in its place, unknown to pip."""
    spec = importlib.util.find_spec("urllib3")
    if spec is None or spec.origin is None:
        return None
    text = read_text(Path(spec.origin).with_name("_version.py")) or ""
    match = re.search(r"""^__version__\s*=.*["']([\w.+]+)["']""", text, re.MULTILINE)
    return match[1] if match else None


def distribution_key(name: str) -> str:
    """The name under which an index knows a distribution: ``Foo_Bar`` is ``foo-bar`` (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lacking(distributions: Iterable[str], installed: Mapping[str, str]) -> list[str]:
    """Those that are not installed; ``installed`` is version by `distribution_key`."""
    return [name for name in distributions if distribution_key(name) not in installed]


def free_memory_mb() -> float:
    """What can be had without swapping; a small machine's worth where it cannot be read."""
    memory = readable(psutil.virtual_memory)
    return UNKNOWN_MEMORY_MB if memory is None else memory.available / 1e6


def steal_and_total() -> tuple[float, float] | None:
    """Seconds of steal, and of all CPU time, since boot and summed over the CPUs."""
    times = readable(psutil.cpu_times)
    if times is None or not hasattr(times, "steal"):
        return None
    seconds: dict[str, float] = times._asdict()
    # The kernel counts guest time within user and nice time already.
    total = sum(value for kind, value in seconds.items() if not kind.startswith("guest"))
    return seconds["steal"], total


def busy_but_for_this_s() -> float | None:
    """CPU seconds, summed over the CPUs, that anything but this program has been busy since boot.

    Interrupts are left out: the kernel does them for whoever sends and receives, mostly for our own load.
    """
    times = readable(psutil.cpu_times)
    if times is None:
        return None
    return float(times.user + times.system + getattr(times, "nice", 0.0) - time.process_time())


def cpu_quota(
    root: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")
) -> float | None:
    """CPUs that the control group and its ancestors (v2 or v1) allow; ``inf`` without a limit."""
    bases = tuple(_cgroup_bases(read_text(membership) or "", root))
    if not any((base / "cgroup.procs").exists() for base, _ in bases):
        return None
    folders = {base / parent for base, path in bases for parent in (path, *path.parents)}
    return min(map(_quota, folders))


def load_average() -> float | None:
    """Runnable processes over the last minute, of the whole machine."""
    averages = readable(psutil.getloadavg)
    return None if averages is None else averages[0]


def open_file_limits() -> tuple[int, int]:
    """Soft and hard limit of open files of this process; ``sys.maxsize`` for no limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _finite(soft), _finite(hard)


def somaxconn() -> int | None:
    """The longest queue of connections not yet accepted that the kernel grants a listener."""
    text = read_text(Path("/proc/sys/net/core/somaxconn"))
    return None if text is None else int(text)


def port_range() -> tuple[int, int] | None:
    """First and last ephemeral port."""
    text = read_text(Path("/proc/sys/net/ipv4/ip_local_port_range"))
    if text is None:
        return None
    first, last = text.split()
    return int(first), int(last)


def loopback_time_wait() -> int | None:
    """How many loopback sockets are in TIME_WAIT now."""
    sockets = readable(lambda: psutil.net_connections(kind="tcp"))
    if sockets is None:
        return None
    closing = (s for s in sockets if s.status == psutil.CONN_TIME_WAIT and s.raddr)
    return sum(s.raddr.ip.startswith(_LOOPBACK) for s in closing if s.raddr)


def governors(cpus: Iterable[int]) -> tuple[str, ...] | None:
    """The frequency governors of ``cpus``, each once."""
    files = (Path(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor") for cpu in cpus)
    return tuple(sorted({name for name in map(read_text, files) if name})) or None


def readable(read: Callable[[], T]) -> T | None:
    """What ``read`` returns, or None where the system denies or lacks it."""
    try:
        return read()
    except (OSError, NotImplementedError, psutil.Error):
        return None


def read_text(path: Path) -> str | None:
    """A file's text without the surrounding white space."""
    text = readable(lambda: path.read_text(encoding="utf-8", errors="replace"))
    return None if text is None else text.strip()


def _require_available(asked: tuple[int, ...] | None, available: tuple[int, ...]) -> None:
    if asked is None:
        return
    absent = sorted(set(asked) - set(available))
    if absent or not asked:
        what = f"CPU {_listed(absent)} is not available" if absent else "An empty list names no CPU"
        raise BadInput(f"{what}. Available: {_listed(available)}.")


def _others(cpus: tuple[int, ...], taken: tuple[int, ...], by: str, other: str) -> tuple[int, ...]:
    left = tuple(cpu for cpu in cpus if cpu not in taken)
    if not left:
        raise BadInput(
            f"The {by} would take every CPU ({_listed(cpus)}) and leave none to the {other}. "
            "Leave one out, or name the CPUs of both to let them overlap."
        )
    return left


def _listed(cpus: Iterable[int]) -> str:
    return ", ".join(map(str, cpus))


def _field(cpuinfo: str, name: str) -> str | None:
    match = re.search(rf"^{name}[ \t]*:[ \t]*(.+)$", cpuinfo, re.MULTILINE)
    return match[1].strip() if match else None


def _cgroup_bases(membership: str, root: Path) -> Iterator[tuple[Path, Path]]:
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers or "cpu" in controllers.split(","):
            yield root / "cpu" if controllers else root, Path(path.lstrip("/"))


def _quota(folder: Path) -> float:
    limit = read_text(folder / "cpu.max")
    if limit is None:
        quota, period = (read_text(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    else:
        quota, period = limit.split()
    if quota is None or period is None or quota in ("max", "-1"):
        return math.inf
    return int(quota) / int(period)


def _finite(limit: int) -> int:
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit
