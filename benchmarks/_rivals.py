"""The load generators written in C: one window each, in a fresh process."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench.errors import GeneratorFailure

GRACE_S = 10.0
# wrk's own hook for figures: its printed table is for people. Without a request hook it costs nothing.
WRK_DONE = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"us":%d,"requests":%d,"errors":%d}\\n', summary.duration, summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a client did in one window: right answers, its seconds, the CPU seconds of its process."""

    completed: int
    seconds: float
    cpu_s: float

    @property
    def rps(self) -> float:
        return self.completed / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU time of the client per request, in microseconds."""
        return self.cpu_s / self.completed * 1e6

    @property
    def cpu_share(self) -> float:
        return self.cpu_s / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """``read`` makes (answers, errors, seconds) of the printed text and the window's length."""

    name: str
    package: str
    command: Callable[[str, int, int, Path], Sequence[str]]
    read: Callable[[str, int], tuple[int, int, float]]

    @property
    def installed(self) -> bool:
        return shutil.which(self.name) is not None

    def run(self, url: str, connections: int, window_s: int, folder: Path) -> Window:
        """Raises GeneratorFailure when it fails, hangs, or saw a single error."""
        before = children_cpu_s()
        text = output(self.command(url, connections, window_s, folder), window_s + GRACE_S)
        cpu_s = children_cpu_s() - before
        completed, errors, seconds = self.read(text, window_s)
        if errors or not completed:
            raise GeneratorFailure(f"{self.name}: {completed:,} answers and {errors:,} errors:\n{text}")
        return Window(completed=completed, seconds=seconds, cpu_s=cpu_s)


def children_cpu_s() -> float:
    """CPU seconds of every child that has ended and was waited for: between two calls, of the one client."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def output(command: Sequence[str], timeout_s: float) -> str:
    try:
        ended = subprocess.run(
            command,
            timeout=timeout_s,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise GeneratorFailure(f"{command[0]} did not end within {timeout_s:g} s") from error
    except subprocess.CalledProcessError as error:
        raise GeneratorFailure(f"{command[0]} ended with {error.returncode}:\n{error.stdout}") from error
    return ended.stdout


def wrk_command(url: str, connections: int, window_s: int, folder: Path) -> Sequence[str]:
    script = folder / "done.lua"
    script.write_text(WRK_DONE, encoding="utf-8")
    return ("wrk", "-t1", f"-c{connections}", f"-d{window_s}s", "-s", str(script), url)


def read_wrk(text: str, _window_s: int) -> tuple[int, int, float]:
    said = json.loads(text.splitlines()[-1])
    return said["requests"], said["errors"], said["us"] / 1e6


def h2load_command(url: str, connections: int, window_s: int, _folder: Path) -> Sequence[str]:
    return ("h2load", "--h1", "-t1", f"-c{connections}", f"-D{window_s}", url)


def read_h2load(text: str, window_s: int) -> tuple[int, int, float]:
    counts = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", text)
    if counts is None:
        raise GeneratorFailure(f"h2load's text is not what was expected:\n{text}")
    succeeded, *wrong = map(int, counts.groups())
    return succeeded, sum(wrong), float(window_s)


RIVALS = (
    Rival(name="wrk", package="wrk", command=wrk_command, read=read_wrk),
    Rival(name="h2load", package="nghttp2-client", command=h2load_command, read=read_h2load),
)
