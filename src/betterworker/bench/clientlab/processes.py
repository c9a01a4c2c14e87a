"""The clients' processes and the hosts that they fetch from, for real."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from betterworker.bench import probe
from betterworker.bench.clientlab import runner
from betterworker.bench.clientlab.forms import TIMEOUT_S
from betterworker.bench.clientlab.spec import Done, Order, Ready
from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.helper import HOST, helper_server
from betterworker.bench.load import upstream

PATH = "/posts"
READY_S = 30.0
LOG_TAIL = 300
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class Process:
    """A client in a process of its own, pinned; a context manager that leaves nothing behind."""

    def __init__(self, key: str, cpus: Sequence[int], log: Path) -> None:
        self.key = key
        self.log = log
        # A proxy would be what is measured; local hosts need none.
        env = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", runner.__name__, key],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=env,
                start_new_session=True,  # Ctrl-C is for the program, which then ends its clients
            )
        if cpus and hasattr(os, "sched_setaffinity"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(self.process.pid, cpus)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def await_ready(self) -> None:
        """Raises GeneratorFailure where it does not get ready."""
        msgspec.json.decode(self._line(READY_S), type=Ready)

    def run(self, order: Order) -> Done:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(msgspec.json.encode(order) + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise GeneratorFailure(f"its process is gone ({error})") from error
        # Every answer may time out, one after the other.
        return msgspec.json.decode(self._line(TIMEOUT_S * (1 + order.requests)), type=Done)

    def _line(self, timeout_s: float) -> bytes:
        output = self.process.stdout
        assert output is not None
        if not select.select([output], [], [], timeout_s)[0]:
            raise GeneratorFailure(f"its process gave no answer in {timeout_s:g} s")
        line = output.readline()
        if not line.endswith(b"\n"):
            said = self.log.read_text(encoding="utf-8", errors="replace").strip()[-LOG_TAIL:]
            raise GeneratorFailure(f"its process ended with status {self.process.wait()}: {said}")
        return line


def addresses(count: int, *, linux: bool = sys.platform == "linux") -> list[upstream.Address]:
    """Free addresses, each another host to a client: on Linux ``127.0.0.2`` and on, where all of 127.0.0.0/8
    is this machine. Elsewhere ports of ``127.0.0.1``: clients pool by host and port."""
    found: list[upstream.Address] = []
    for number in range(count):
        host = f"127.0.{(number + 2) // 256}.{(number + 2) % 256}" if linux else HOST
        found.append((host, probe.free_port(host, avoid=[port for _, port in found])))
    return found


@contextlib.contextmanager
def hosts(
    many: Sequence[upstream.Address], latency_s: float, cpus: Sequence[int], folder: Path
) -> Iterator[str]:
    """One process that answers on all of them, and on one more, whose URL it gives. Raises ServerFailure.

    The folder is removed when it ends, however the program ends.
    """
    also = [option for host, port in many for option in ("--also", f"{host}:{port}")]
    with helper_server(
        upstream.__name__,
        *("--latency", str(latency_s), *also),
        cpus=cpus,
        log=folder / "hosts.log",
        avoid=[port for _, port in many],
        remove=folder,
    ) as address:
        yield url(address)


def url(address: upstream.Address) -> str:
    host, port = address
    return f"http://{host}:{port}{PATH}"
