"""A backend that the study starts itself, behind the guard, and stops again."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from betterworker.bench import meter, probe
from betterworker.bench.backends import rights
from betterworker.bench.backends.counting import Counted
from betterworker.bench.backends.programs import Program
from betterworker.bench.errors import ServerFailure
from betterworker.bench.server import Guarded, Start

HOST = "127.0.0.1"
READY_S = 30.0
#: A shell's way, and the guard's, to say that a signal ended a process.
BY_SIGNAL = 128


class Local(Counted, ABC):
    """Started in a temporary folder, on a free port of loopback that it keeps over a revival.

    ``cpus`` are the load's: it stands for another machine.
    """

    signal = "TERM"

    def __init__(self, program: Program, cpus: Sequence[int], log: Path) -> None:
        self.program = program
        self.cpus = cpus
        self.log = log
        self.port = probe.free_port(HOST)
        self.guarded: Guarded | None = None

    @property
    @abstractmethod
    def env(self) -> Mapping[str, str]:
        """What the site's servers need in order to find it."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Its own environment: what no command line may hold."""
        return {}

    @abstractmethod
    def command(self, folder: Path) -> Sequence[str]:
        """Its command line; ``folder`` is its own."""

    @abstractmethod
    def set_up(self) -> None:
        """Make it ready for the site. Raises OSError while it does not answer yet."""

    def start(self) -> None:
        """Returns when it can be used. Raises ServerFailure."""
        owner = rights.user()
        folder = rights.new_folder(f"betterworker-{self.program.path.name}-", owner)
        start = Start(
            command=self.command(folder),
            host=HOST,
            port=self.port,
            cpus=self.cpus,
            log=self.log,
            env=self.secrets,
            remove=folder,
            user=owner,
            signal=self.signal,
        )
        try:
            self.guarded = Guarded(start)
        except BaseException:
            folder.rmdir()  # from now on it would be the guard's
            raise
        try:
            self._await()
        except BaseException:
            self.stop()
            raise

    def _await(self) -> None:
        assert self.guarded is not None
        deadline = time.monotonic() + READY_S
        while True:
            if lost := self.lost():
                raise ServerFailure(f"{lost} before it was ready", self.guarded.log_tail())
            try:
                self.set_up()
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = f"{self.program} was not ready in {READY_S:g} s: {error}"
                    raise ServerFailure(reason, self.guarded.log_tail()) from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it; its folder goes with it."""
        if self.guarded is not None:
            self.guarded.stop()

    def revive(self) -> None:
        """Start it anew, empty, where it was. Raises ServerFailure."""
        self.stop()
        self.start()

    def lost(self) -> str | None:
        """Why it can no longer be used, or None."""
        if self.guarded is None:
            return f"{self.program.called} was not started"
        if self.guarded.alive:
            return None
        return f"{self.program.called} ended with status {ending(self.guarded.process.returncode)}"

    def cpu_s(self) -> float | None:
        """CPU seconds so far, those of its ended children among them."""
        return None if self.guarded is None else meter.whole_cpu_s(self.guarded.process.pid)


def ending(status: int) -> int:
    """How the process behind a guard ended: -9 where the guard says 137."""
    return BY_SIGNAL - status if status > BY_SIGNAL else status
