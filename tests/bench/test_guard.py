"""The guard with real processes: whatever happens, nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from betterworker.bench import guard, probe
from tests.bench.waiting import all_gone, descendants, is_gone, until
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a child subreaper needs Linux")

Guard = subprocess.Popen[bytes]
# Says the process id of what outlives a plain kill of the shell: a child in a session of its own.
DAEMON = "setsid sleep 600 & echo $!; "
#: For a command that ends when it is asked to, however long it is kept from the processor.
PATIENT = ("--grace", str(PATIENCE_S))
STUBBORN = "trap '' TERM; echo $$; while :; do sleep 600; done"


@pytest.fixture
def guarded() -> Iterator[Callable[..., Guard]]:
    """Start a shell command behind a guard; its output is the guard's ``stdout``."""
    with contextlib.ExitStack() as stack:

        def start(script: str, *options: str) -> Guard:
            return begin([*options, "--", "sh", "-c", script])

        def begin(arguments: list[str]) -> Guard:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            return stack.enter_context(process)

        yield start


def said(process: Guard) -> str:
    """The next line of the command's output."""
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def hang_up(process: Guard) -> int:
    """What the program's end does to a guard; returns the guard's status."""
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 3", 3), ("kill -KILL $$", 128 + signal.SIGKILL)]
)
def test_the_commands_status_is_passed_on(guarded: Callable[..., Guard], script: str, status: int) -> None:
    assert guarded(script).wait(timeout=PATIENCE_S) == status


def test_a_command_that_does_not_exist_is_said_to(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", guard.__file__, "--", str(tmp_path / "nothing")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 127
    assert done.stderr == f"cannot start {tmp_path}/nothing: No such file or directory\n"


def test_the_end_of_input_is_a_polite_end(guarded: Callable[..., Guard]) -> None:
    process = guarded("trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.01; done", *PATIENT)
    assert said(process) == "ready"
    assert hang_up(process) == 7
    assert said(process) == "asked"


def test_sigterm_to_the_guard_is_the_same(guarded: Callable[..., Guard]) -> None:
    process = guarded("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done", *PATIENT)
    assert said(process) == "ready"
    process.terminate()
    assert process.wait(timeout=PATIENCE_S) == 7


def test_a_command_that_ignores_sigterm_is_killed_after_the_grace(guarded: Callable[..., Guard]) -> None:
    process = guarded(STUBBORN, "--grace", "0.1")
    pid = int(said(process))
    assert hang_up(process) == 128 + signal.SIGKILL
    assert is_gone(pid)


def test_ctrl_c_is_not_for_the_guard(guarded: Callable[..., Guard]) -> None:
    process = guarded("echo ready; read nothing; sleep 600")
    assert said(process) == "ready"
    process.send_signal(signal.SIGINT)
    process.terminate()
    assert process.wait(timeout=PATIENCE_S) == 128 + signal.SIGTERM


def test_a_daemon_of_the_command_ends_with_it(guarded: Callable[..., Guard]) -> None:
    process = guarded(DAEMON + "exec sleep 600")
    daemon = int(said(process))
    hang_up(process)
    assert is_gone(daemon)


def test_what_a_killed_command_leaves_is_swept(guarded: Callable[..., Guard]) -> None:
    process = guarded(DAEMON + "exec sleep 600")
    daemon = int(said(process))
    command = psutil.Process(daemon).ppid()
    os.kill(command, signal.SIGKILL)
    assert process.wait(timeout=PATIENCE_S) == 128 + signal.SIGKILL
    assert is_gone(daemon)


def test_what_an_ended_command_leaves_is_swept(guarded: Callable[..., Guard]) -> None:
    process = guarded("(setsid sleep 600 & echo $!); exit 4")
    orphan = int(said(process))
    assert process.wait(timeout=PATIENCE_S) == 4
    assert is_gone(orphan)


def test_the_command_does_not_outlive_a_killed_guard(guarded: Callable[..., Guard]) -> None:
    process = guarded("echo $$; exec sleep 600")
    pid = int(said(process))
    process.kill()
    assert all_gone([pid])


def test_a_folder_is_removed_with_all_that_is_in_it(guarded: Callable[..., Guard], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "logs").mkdir(parents=True)
    process = guarded("echo ready; exec sleep 600", "--remove", str(folder))
    assert said(process) == "ready"
    assert folder.is_dir()
    hang_up(process)
    assert not folder.exists()


def test_the_command_is_pinned_and_the_guard_is_not(guarded: Callable[..., Guard]) -> None:
    last = max(os.sched_getaffinity(0))
    process = guarded("echo $$; exec sleep 600", "--cpus", str(last))
    assert os.sched_getaffinity(int(said(process))) == {last}
    assert os.sched_getaffinity(process.pid) == os.sched_getaffinity(0)
    hang_up(process)


PROGRAM = """
import pathlib, sys
from betterworker.bench import server
from betterworker.bench.server import Guarded, Start
server.GRACE_S = 0.1
script = "setsid sleep 600 & sleep 600 & trap '' TERM; sleep 600"
folder = pathlib.Path(sys.argv[1])
start = Start(
    command=("sh", "-c", script), host="127.0.0.1", port=int(sys.argv[2]), cpus=(), log=folder / "log", env={}
)
guarded = Guarded(start)
print("started", flush=True)
sys.stdin.read()
"""


def test_kill_9_of_the_program_ends_its_servers_and_their_children(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(tmp_path), str(probe.free_port())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert said(process) == "started"
        assert until(lambda: len(descendants(process.pid)) == 5)
        family = descendants(process.pid)
        process.kill()
    assert all_gone(family)
