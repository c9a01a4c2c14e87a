"""What a guard does for a backend: another user, another signal."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys

import pytest

from betterworker.bench import guard
from tests.bench.waiting import all_gone
from tests.patience import PATIENCE_S

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
linux = pytest.mark.skipif(sys.platform != "linux", reason="a child subreaper needs Linux")


def guarded(script: str, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, *options, "--", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


@as_root
def test_the_command_runs_as_another_user_with_none_of_roots_groups() -> None:
    with guarded("id -u; id -G", "--user", "nobody") as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(2)]
    nobody = pwd.getpwnam("nobody")
    assert said == [str(nobody.pw_uid), str(nobody.pw_gid)]


@as_root
@linux
def test_another_users_command_does_not_outlive_a_killed_guard() -> None:
    with guarded("echo $$; exec sleep 600", "--user", "nobody") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    assert all_gone([pid])


@linux
def test_the_command_is_asked_to_end_by_the_signal_given() -> None:
    script = "trap 'echo told; exit 7' USR1; echo ready; while :; do sleep 0.01; done"
    with guarded(script, "--signal", "USR1", "--grace", str(PATIENCE_S)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert (said, process.returncode) == ("told\n", 7)
