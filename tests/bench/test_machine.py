from __future__ import annotations

import math
import resource
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil
import pytest

from betterworker.bench import machine
from betterworker.bench.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

GUEST = "processor\t: 0\nmodel name\t: Fast CPU 9000\nflags\t\t: fpu hypervisor sse\n"


def denied() -> None:
    raise psutil.AccessDenied


@pytest.fixture
def cgroups(tmp_path: Path) -> Path:
    """A version 2 hierarchy in which this process is in ``/outer/inner``."""
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    (tmp_path / "cgroup.procs").touch()
    (tmp_path / "membership").write_text("0::/outer/inner\n")
    return tmp_path


def quota_in(root: Path) -> float | None:
    return machine.cpu_quota(root, root / "membership")


@pytest.mark.parametrize(
    ("count", "server", "load"),
    [
        (1, (0,), (0,)),
        (2, (0,), (1,)),
        (4, (0, 1, 2), (3,)),
        (8, (0, 1, 2, 3, 4, 5), (6, 7)),
    ],
)
def test_the_load_gets_the_last_quarter_of_the_cpus(
    count: int, server: tuple[int, ...], load: tuple[int, ...]
) -> None:
    assert machine.cpu_split(range(count), None, None) == (server, load)


def test_cpu_numbers_need_not_be_consecutive() -> None:
    assert machine.cpu_split((3, 9, 5), None, None) == ((3, 5), (9,))


def test_the_load_is_chosen_among_what_the_server_left() -> None:
    assert machine.cpu_split(range(4), (2, 3), None) == ((2, 3), (1,))


def test_the_server_gets_all_that_the_load_left() -> None:
    assert machine.cpu_split(range(4), None, (0,)) == ((1, 2, 3), (0,))


def test_one_cpu_is_shared_even_if_asked_for() -> None:
    assert machine.cpu_split((0,), (0,), None) == ((0,), (0,))


def test_cpus_overlap_where_both_were_asked_for() -> None:
    assert machine.cpu_split(range(2), (0, 1), (1,)) == ((0, 1), (1,))


@pytest.mark.parametrize(("server", "load"), [((0, 1), None), (None, (0, 1))])
def test_no_side_may_take_every_cpu(server: tuple[int, ...] | None, load: tuple[int, ...] | None) -> None:
    with pytest.raises(BadInput, match="would take every CPU"):
        machine.cpu_split(range(2), server, load)


@pytest.mark.parametrize(("server", "load"), [((5,), None), (None, (1, 5)), ((0,), (5,))])
def test_absent_cpus_are_refused_with_the_available_ones(
    server: tuple[int, ...] | None, load: tuple[int, ...] | None
) -> None:
    with pytest.raises(BadInput, match=r"CPU 5 is not available\. Available: 0, 1\."):
        machine.cpu_split(range(2), server, load)


def test_an_empty_list_of_cpus_is_refused() -> None:
    with pytest.raises(BadInput, match="names no CPU"):
        machine.cpu_split(range(2), (), None)


@pytest.mark.parametrize(
    ("text", "cpus"), [("3", (3,)), ("0-2,5", (0, 1, 2, 5)), ("4, 1,4", (1, 4)), ("2-2", (2,))]
)
def test_cpu_lists_are_sorted_and_unique(text: str, cpus: tuple[int, ...]) -> None:
    assert machine.parse_cpus(text) == cpus


@pytest.mark.parametrize("text", ["", "a", "1,", "-1", "1-", "1-2-3", "0-999999", "²"])
def test_what_is_no_cpu_list_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is no list of CPUs"):
        machine.parse_cpus(text)


def test_a_backward_range_is_refused_with_the_forward_one() -> None:
    with pytest.raises(BadInput, match=r"'3-1' runs backwards\. Write it like 1-3"):
        machine.parse_cpus("0,3-1")


def test_the_cpu_model_and_the_hypervisor_come_from_cpuinfo() -> None:
    assert machine.cpu_model(GUEST) == "Fast CPU 9000"
    assert (machine.virtualisation(GUEST) or "").startswith("hypervisor")


def test_without_cpuinfo_nothing_is_claimed() -> None:
    assert machine.cpu_model("") is None
    assert machine.virtualisation("") is None


def test_distribution_names_are_normalised() -> None:
    assert machine.distribution_key("Uvicorn_Worker.x") == "uvicorn-worker-x"


def test_the_lowest_quota_of_the_ancestors_binds(cgroups: Path) -> None:
    (cgroups / "outer" / "cpu.max").write_text("150000 100000\n")
    (cgroups / "outer" / "inner" / "cpu.max").write_text("400000 100000\n")
    assert quota_in(cgroups) == 1.5


def test_a_group_without_a_limit_has_an_infinite_quota(cgroups: Path) -> None:
    (cgroups / "outer" / "cpu.max").write_text("max 100000\n")
    assert quota_in(cgroups) == math.inf


@pytest.mark.parametrize(("quota", "expected"), [("50000", 0.5), ("-1", math.inf)])
def test_version_1_quotas_are_read(tmp_path: Path, quota: str, expected: float) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "membership").write_text("7:memory:/\n4:cpu,cpuacct:/docker/abc\n")
    for name, text in {
        "cgroup.procs": "",
        "cpu.cfs_quota_us": quota,
        "cpu.cfs_period_us": "100000",
    }.items():
        (tmp_path / "cpu" / name).write_text(text)
    assert quota_in(tmp_path) == expected


def test_without_a_mounted_hierarchy_the_quota_is_unknown(tmp_path: Path) -> None:
    assert quota_in(tmp_path) is None


def test_what_the_system_denies_is_none(tmp_path: Path) -> None:
    assert machine.read_text(tmp_path / "absent") is None
    assert machine.readable(denied) is None


def test_bugs_are_not_taken_for_unreadable_facts() -> None:
    with pytest.raises(ZeroDivisionError):
        machine.readable(lambda: 1 // 0)


def test_every_cpu_is_available_where_there_is_no_affinity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert machine.available_cpus() == (0, 1, 2)


def test_the_software_may_be_of_another_interpreter() -> None:
    facts = machine.describe({"django": "4.2.9"}, "CPython 3.9.1")
    assert (facts.packages, facts.python) == ({"django": "4.2.9"}, "CPython 3.9.1")


def test_this_machine_is_described() -> None:
    facts = machine.describe()
    assert facts.cpus
    assert facts.packages["psutil"] == psutil.__version__


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('__version__ = "2.25.904"\n', "2.25.904"),
        ("__version__: str\n__version__ = version = '2.8.0'\n", "2.8.0"),
        ("", None),
    ],
)
def test_the_urllib3_that_is_imported_is_told_from_the_one_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, version: str | None
) -> None:
    (tmp_path / "_version.py").write_text(text)
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: spec)
    assert machine.urllib3_version() == version
    assert ("urllib3-future" in machine.packages()["urllib3"]) == (version == "2.25.904")


def test_cpu_time_is_read_or_unknown() -> None:
    times = machine.steal_and_total()
    assert times is None or 0 <= times[0] <= times[1]


def test_the_machine_is_not_busy_with_this_programs_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    times = SimpleNamespace(user=10.0, nice=1.0, system=4.0, idle=99.0, softirq=7.0, steal=5.0)
    monkeypatch.setattr(psutil, "cpu_times", lambda: times)
    monkeypatch.setattr(time, "process_time", lambda: 3.0)
    assert machine.busy_but_for_this_s() == 12.0


def test_the_ephemeral_ports_are_read_or_unknown() -> None:
    span = machine.port_range()
    assert span is None or 0 < span[0] < span[1] < 65536


def test_sockets_in_time_wait_are_counted_or_unknown() -> None:
    closing = machine.loopback_time_wait()
    assert closing is None or closing >= 0


def test_absent_cpus_have_no_governor() -> None:
    assert machine.governors((99999,)) is None


def test_an_infinite_open_file_limit_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    assert machine.open_file_limits() == (256, sys.maxsize)
