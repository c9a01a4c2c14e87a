from __future__ import annotations

import math
import resource
from typing import TYPE_CHECKING

import pytest

from betterworker.bench import checks, machine, preflight
from betterworker.bench.errors import Unprepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from betterworker.bench.checks import Check

WIDE = (1024, 65535)
NARROW = (60000, 60099)


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """The open-file limits of this process, put back afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("check", "state"),
    [
        (checks.open_files(5000, 5000, 2256), "ok"),
        (checks.open_files(1024, 5000, 2256), "ok"),
        (checks.open_files(1024, 2255, 2256), "fail"),
        (checks.ports(NARROW, 50), "ok"),
        (checks.ports(NARROW, 51), "fail"),
        (checks.time_wait(50, NARROW), "ok"),
        (checks.time_wait(51, NARROW), "warn"),
        (checks.somaxconn(2048), "ok"),
        (checks.somaxconn(128), "warn"),
        (checks.cpus(2), "ok"),
        (checks.cpus(1), "warn"),
        (checks.pinning((0, 1), (0, 1)), "ok"),
        (checks.pinning((), (0, 1)), "ok"),
        (checks.pinning((0, 7), (0, 1)), "fail"),
        (checks.cpu_quota(math.inf, 4), "ok"),
        (checks.cpu_quota(4.0, 4), "ok"),
        (checks.cpu_quota(1.5, 4), "warn"),
        (checks.load_average(1.0, 4), "ok"),
        (checks.load_average(1.01, 4), "warn"),
        (checks.steal((5.0, 100.0), (5.01, 101.0)), "ok"),
        (checks.steal((5.0, 100.0), (5.02, 101.0)), "warn"),
        (checks.governor(("performance",)), "ok"),
        (checks.governor(("performance", "powersave")), "warn"),
        (checks.free_memory(1000.0), "ok"),
        (checks.free_memory(999.0), "warn"),
        (checks.swap(0.0), "ok"),
        (checks.swap(1.0), "warn"),
        (checks.urllib3("2.8.0"), "ok"),
        (checks.urllib3("2.25.904 (urllib3-future in its place)"), "warn"),
        (checks.uvloop(True), "ok"),
        (checks.uvloop(False), "warn"),
        (checks.temp_folder(None), "ok"),
        (checks.temp_folder("read-only"), "fail"),
        (checks.loopback(None), "ok"),
        (checks.loopback("no such device"), "fail"),
    ],
)
def test_a_check_has_a_mend_exactly_when_something_is_wrong(check: Check, state: str) -> None:
    assert check.state == state
    assert check.found
    assert bool(check.mend) == (state != "ok")


@pytest.mark.parametrize(
    "check",
    [
        checks.ports(None, 50),
        checks.time_wait(None, WIDE),
        checks.time_wait(5, None),
        checks.somaxconn(None),
        checks.cpu_quota(None, 2),
        checks.load_average(None, 2),
        checks.steal(None, (0.0, 1.0)),
        checks.steal((0.0, 1.0), (0.0, 1.0)),
        checks.governor(None),
        checks.free_memory(None),
        checks.swap(None),
    ],
)
def test_what_cannot_be_read_is_skipped(check: Check) -> None:
    assert (check.state, check.found) == ("skip", "not readable here")


@pytest.mark.parametrize(("free_mb", "state"), [(200.0, "ok"), (199.0, "fail"), (None, "skip")])
def test_a_run_needs_room_on_the_disk(tmp_path: Path, free_mb: float | None, state: str) -> None:
    assert checks.free_disk(free_mb, tmp_path).state == state


def test_a_missing_distribution_comes_with_its_command() -> None:
    check = checks.worker("hypercorn-trio", ("Hypercorn", "trio"), {"hypercorn": "0.17"})
    assert (check.state, check.mend) == ("warn", "pip install trio")


def test_an_installed_worker_shows_its_versions() -> None:
    check = checks.worker("uvicorn", ("uvicorn_worker",), {"uvicorn-worker": "0.3"})
    assert (check.state, check.found) == ("ok", "uvicorn_worker 0.3")


def test_too_low_a_hard_limit_names_every_way_to_raise_it() -> None:
    mend = checks.open_files(1024, 1024, 4256).mend
    assert "ulimit -n 4256" in mend
    assert "LimitNOFILE=4256" in mend


def test_the_soft_limit_is_raised_as_far_as_needed(limits: tuple[int, int]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, limits[1]))
    assert preflight.raise_open_files(220) == 220
    assert machine.open_file_limits()[0] == 220


def test_a_sufficient_limit_is_left_alone(limits: tuple[int, int]) -> None:
    assert preflight.raise_open_files(1) == machine.open_file_limits()[0]
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limits


def test_the_hard_limit_is_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "open_file_limits", lambda: (256, 512))
    with pytest.raises(Unprepared, match="ulimit -n 513"):
        preflight.raise_open_files(513)


def test_a_limit_that_the_kernel_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(machine, "open_file_limits", lambda: (256, 5000))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    with pytest.raises(Unprepared, match=r"not allowed.*ulimit -n 600"):
        preflight.raise_open_files(600)


def test_require_returns_its_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "free_disk_mb", lambda _: 500.0)
    checks = preflight.require(1, tmp_path, machine.available_cpus()[:1])
    assert {check.state for check in checks} <= {"ok", "skip"}


def test_require_lists_every_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "open_file_limits", lambda: (64, 64))
    monkeypatch.setattr(machine, "port_range", lambda: NARROW)
    monkeypatch.setattr(preflight, "free_disk_mb", lambda _: 1.0)
    with pytest.raises(Unprepared, match=r"(?s)open files: .*ports: .*disk: .*pinning: CPU 99999"):
        preflight.require(2000, tmp_path, (99999,))


def test_the_doctor_pauses_once_and_judges_every_worker(tmp_path: Path) -> None:
    pauses: list[float] = []
    needs = {"absent": ("no-such-distribution",), "present": ("psutil",)}
    checks = preflight.doctor(1, tmp_path, needs, interval_s=0.25, pause=pauses.append)
    assert pauses == [0.25]
    assert [check.state for check in checks[-2:]] == ["warn", "ok"]


def test_the_doctor_judges_a_machine_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "readable", lambda _: None)
    checks = preflight.doctor(1, tmp_path, {}, pause=lambda _: None)
    assert sum(check.state == "skip" for check in checks) == 10


def test_the_disk_of_a_folder_still_to_be_made_is_read(tmp_path: Path) -> None:
    free = preflight.free_disk_mb(tmp_path / "runs" / "new")
    assert free is not None
    assert free > 0


def test_a_temporary_file_can_be_written() -> None:
    assert preflight.temp_folder_error() is None


def test_a_read_only_temp_folder_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert preflight.temp_folder_error() == "read-only"


def test_a_free_loopback_port_can_be_bound() -> None:
    assert preflight.loopback_error() is None


def test_an_address_of_another_machine_cannot_be_bound() -> None:
    assert preflight.loopback_error("192.0.2.1")


def test_connections_need_ports_as_well_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "port_range", lambda: NARROW)
    with pytest.raises(Unprepared, match="port"):
        preflight.require_connections(51)
