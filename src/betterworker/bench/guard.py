"""Stands between the program and a server, so that no process outlives its purpose.

Run as a script: ``guard.py [--cpus 0,1] [--grace 5] [--signal TERM] [--user NAME] [--remove DIR] --
COMMAND…``. It starts the command, as that user, in a process group of its own and ends it (by that signal,
and by SIGKILL after the grace time) when standard input ends: the program holds the other end of that pipe,
so its death by any means, ``kill -9`` included, is the server's end too. As child subreaper (Linux) it adopts
whatever the server loses, and kills that as well. Exits with the command's status.

Standard library alone, and no package imports: it starts in a few milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the process group alone has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Direct children by /proc, zombies included; empty where there is no /proc."""
    found = []
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:  # noqa: PTH112, PTH208
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", "rb") as stat:  # noqa: PTH123
                fields = stat.read().rpartition(b")")[2].split()
                if int(fields[1]) == pid:
                    found.append(int(entry))
    return found


def reap() -> dict[int, int]:
    """Collect every ended child, adopted ones included: pid -> exit status."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended


def sweep(group: int) -> None:
    """Kill the group and every descendant that is left, until none is."""
    for _ in range(200):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        for pid in children(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        reap()
        if not children(os.getpid()):
            return
        time.sleep(0.01)


def watch(child: int, wakeup: int, grace_s: float, polite: signal.Signals) -> int:
    """Wait for the child's end, or for ours to be asked: then the signal, the grace time, and the end."""
    deadline: float | None = None
    waiting = [0, wakeup]
    while True:
        timeout = None if deadline is None else max(deadline - time.monotonic(), 0)
        readable, _, _ = select.select(waiting, [], [], timeout)
        # Signals first: one that comes after this read wakes the next select.
        heard = os.read(wakeup, 64) if wakeup in readable else b""
        ended = reap()
        if child in ended:
            return ended[child]
        asked = signal.SIGTERM in heard or (0 in readable and not os.read(0, 64))
        if asked and deadline is None:
            waiting = [wakeup]
            deadline = time.monotonic() + grace_s
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, polite)
        elif deadline is not None and time.monotonic() >= deadline:
            return -signal.SIGKILL


def become(user: str) -> None:
    """Give root's rights up for good. Raises KeyError for nobody known, PermissionError but for root."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def start(command: list[str], cpus: set[int], user: str) -> subprocess.Popen[bytes]:
    def in_child() -> None:
        if cpus and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cpus)
        if user:
            become(user)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # the kernel forgets it when the user changes: last

    return subprocess.Popen(  # the guard has one thread: preexec_fn is safe
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=in_child,  # noqa: PLW1509
    )


def listen_to_signals() -> int:
    """A descriptor that becomes readable on SIGCHLD and SIGTERM."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return reading


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpus", default="")
    parser.add_argument("--grace", type=float, default=5.0)
    parser.add_argument("--signal", default="TERM")
    parser.add_argument("--user", default="")
    parser.add_argument("--remove", default="")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    wakeup = listen_to_signals()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        child = start(options.command, {int(cpu) for cpu in options.cpus.split(",") if cpu}, options.user)
    except OSError as error:
        print(f"cannot start {options.command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    try:
        return watch(child.pid, wakeup, options.grace, signal.Signals[f"SIG{options.signal}"])
    finally:
        sweep(child.pid)
        child.returncode = 0  # reaped above; keeps Popen from complaining
        if options.remove:
            shutil.rmtree(options.remove, ignore_errors=True)


if __name__ == "__main__":
    status = main()
    sys.exit(status if status >= 0 else 128 - status)
