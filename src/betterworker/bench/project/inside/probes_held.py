"""Whether a request holds the event loop, and where: a heart on the loop, and a thread that looks at it."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from types import FrameType
from typing import Any

from .probes_places import place, stack

#: A loop that answers nobody for so long is held: users beside this one wait as long. So long is what a call
#: by HTTP or to a database takes.
HELD_S = 0.015
#: So long it is whoever holds it: what is shorter may have been the machine.
LONG_S = 0.05
BEAT_S = 0.005
#: After its last beat it is looked at what runs there.
LOOK_S = BEAT_S + 0.005


@dataclass(frozen=True)
class Held:
    """``own``: there is the project's own code in the stack."""

    seconds: float
    stack: tuple[str, ...]
    own: bool = True


class CountingLoop(asyncio.SelectorEventLoop):
    """Every hop of asgiref's, and of asyncio's own, goes through ``run_in_executor``."""

    hops = 0

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        self.hops += 1
        return super().run_in_executor(executor, func, *args)


class Heart:
    """Beats on the loop of the thread that made it. What runs there between two beats is looked at, and kept
    where the next beat comes late."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = threading.get_ident()
        self._last = time.perf_counter()
        self._looks: Counter[tuple[tuple[str, ...], bool]] = Counter()
        self._stopped = threading.Event()
        self.held: list[Held] = []

    def start(self) -> None:
        self._last = time.perf_counter()
        self._loop.call_soon(self._beat)
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """With a last beat, for a request that ends as it holds the loop."""
        self._stopped.set()
        self._note()

    def _beat(self) -> None:
        if not self._stopped.is_set():
            self._note()
            self._loop.call_later(BEAT_S, self._beat)

    def _note(self) -> None:
        late = time.perf_counter() - self._last - BEAT_S
        looks, self._looks = self._looks, Counter()
        if late > HELD_S and looks:
            self.held.append(Held(late, *looks.most_common(1)[0][0]))
        self._last = time.perf_counter()

    def _watch(self) -> None:
        while not self._stopped.wait(BEAT_S):
            if time.perf_counter() - self._last > LOOK_S:
                frame = sys._current_frames().get(self._thread)  # noqa: SLF001
                # A loop that waits for events is not held: the machine is busy with something else.
                if frame is not None and not _waits(frame) and (found := stack(frame)):
                    self._looks[found, place(frame) is not None] += 1


def _waits(frame: FrameType) -> bool:
    before = frame.f_back
    names = (frame.f_code.co_name, before.f_code.co_name if before else "")
    return names == ("select", "_run_once") or names[0] == "_run_once"
