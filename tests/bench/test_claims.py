from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from betterworker.bench.claims import REFUSED, claimed
from betterworker.bench.cli import main
from betterworker.bench.errors import Unprepared
from betterworker.bench.machine import available_cpus
from tests.bench.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
SCOPE = f"betterworker-test-{os.getpid()}"
HOLD = f"""
import time
from betterworker.bench.claims import claimed
with claimed((5,), {SCOPE!r}):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a scope of their own claims disturb no study; the last test measures nothing."""
    monkeypatch.delenv(REFUSED, raising=False)


def is_free(cpu: int) -> bool:
    try:
        with claimed((cpu,), SCOPE):
            return True
    except Unprepared:
        return False


def test_two_studies_cannot_have_the_same_cpu() -> None:
    with (
        claimed((3, 4), SCOPE),
        pytest.raises(Unprepared, match=rf"process {os.getpid()}\) measures on CPU 4"),
    ):
        claimed((4,), SCOPE).__enter__()


def test_two_studies_on_cpus_of_their_own_do_not_mind_each_other() -> None:
    with claimed((3,), SCOPE):
        assert is_free(4)


def test_a_claim_that_fails_leaves_none_behind() -> None:
    with claimed((4,), SCOPE):
        assert not is_free(4)
        with pytest.raises(Unprepared):
            claimed((3, 4), SCOPE).__enter__()
        assert is_free(3)


def test_a_claim_ends_with_its_process_even_when_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not is_free(5)
        holder.kill()
    assert until(lambda: is_free(5))


def test_where_nothing_may_be_measured_no_cpu_is_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REFUSED, "this is production")
    with pytest.raises(Unprepared, match="this is production"):
        claimed((3,), SCOPE).__enter__()


def test_a_second_study_is_refused_before_it_has_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    with contextlib.ExitStack() as held:
        with contextlib.suppress(Unprepared):  # a study runs here already
            held.enter_context(claimed(available_cpus()))
        with pytest.raises(SystemExit) as ended:
            main(["run", "--workers", "uvicorn", "--scenarios", "json:sync", "--out", str(out)])
    assert ended.value.code == 2
    assert "two at once would measure each other" in capsys.readouterr().err
    assert not out.exists()
