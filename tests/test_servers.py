"""What becomes of the two processes of tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.waiting import until
from tests.patience import PATIENCE_S
from tests.servers import both

ROOT = Path(__file__).parents[1]
WATCHED = [sys.executable, "-c", "print('watched')"]
OTHER = [sys.executable, "-c", "print('other')"]
FAILS = [sys.executable, "-c", "raise SystemExit(5)"]


def test_both_are_told_of_one_after_the_other(capfd: pytest.CaptureFixture[str]) -> None:
    assert both(WATCHED, OTHER) == 0
    assert capfd.readouterr().out == "watched\nother\n"


@pytest.mark.parametrize(("watched", "other"), [(FAILS, OTHER), (WATCHED, FAILS), (FAILS, FAILS)])
def test_one_that_fails_fails_both_and_the_other_goes_on_to_its_end(
    watched: list[str], other: list[str]
) -> None:
    assert both(watched, other) == 1


ENDS_IN_ORDER = """
import os, pathlib, sys, time
try:
    pathlib.Path(f"{os.getpid()}.up").touch()
    time.sleep(90)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("ended in order")
    sys.exit(2)
"""
PROGRAM = """
import sys
from tests.servers import both
one = (sys.executable, "-c", sys.argv[1])
sys.exit(both(one, one))
"""


def test_ctrl_c_lets_both_end_in_order(tmp_path: Path) -> None:
    line = [sys.executable, "-c", PROGRAM, ENDS_IN_ORDER]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    env = os.environ | {"PYTHONPATH": paths}
    with subprocess.Popen(
        line, cwd=tmp_path, env=env, stdout=subprocess.PIPE, start_new_session=True, text=True
    ) as process:
        assert until(lambda: len(list(tmp_path.glob("*.up"))) == 2)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said.count("ended in order")) == (1, 2)
