"""wrk's logs, in Markdown or plain text, as Blocks. What is cut off or garbled is told, never left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from betterworker.bench.audit.blocks import Block
from betterworker.bench.audit.figures import COUNT, NUMBER, SIZE, TIME, rounding_s, seconds, size
from betterworker.bench.audit.lines import Line, lines

Fields = dict[str, Any]

_RUNNING = re.compile(r"Running\s+\S+\s+test\s+@")
_REFUSED = re.compile(r"unable to connect to (\S+:(?:\d+|https?)) (.*)")
_LAST = re.compile(r"Transfer/sec:")
_SHOWN = 60


def _running(found: re.Match[str]) -> Fields:
    return {"asked_s": seconds(found[1]), "address": found[2].strip()}


def _threads(found: re.Match[str]) -> Fields:
    return {"threads": int(found[1]), "connections": int(found[2])}


def _latency(found: re.Match[str]) -> Fields:
    return {"latency_mean_s": seconds(found[1]), "latency_max_s": seconds(found[3])}


def _requests(found: re.Match[str]) -> Fields:
    return {
        "requests": int(found[1]),
        "seconds": seconds(found[2]),
        "rounding_s": rounding_s(found[2]),
        "read_bytes": size(found[3]),
    }


def _lost(found: re.Match[str]) -> Fields:
    kinds = ("connect_errors", "read_errors", "write_errors", "timeouts")
    return {kind: int(count) for kind, count in zip(kinds, found.groups(), strict=True)}


#: How a kind of line begins, how all of it goes, and what it says. Latency goes on in the distribution.
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[re.Match[str]], Fields]], ...] = (
    (_RUNNING, re.compile(rf"Running\s+({TIME})\s+test\s+@\s+(\S.*)"), _running),
    (
        re.compile(r"\d+\s+threads?\s+and\b"),
        re.compile(rf"{COUNT}\s+threads?\s+and\s+{COUNT}\s+connections?\b"),
        _threads,
    ),
    (
        re.compile(rf"Latency\s+{TIME}"),
        re.compile(rf"Latency\s+({TIME})\s+({TIME})\s+({TIME})\s"),
        _latency,
    ),
    (
        re.compile(r"\d+\s+requests\s+in\b"),
        re.compile(rf"{COUNT}\s+requests\s+in\s+({TIME}),\s+({SIZE})\s+read\b"),
        _requests,
    ),
    (
        re.compile(r"Socket errors:"),
        re.compile(rf"Socket errors:\s+connect {COUNT},\s+read {COUNT},\s+write {COUNT},\s+timeout {COUNT}"),
        _lost,
    ),
    (
        re.compile(r"Non-2xx or 3xx responses:"),
        re.compile(rf"Non-2xx or 3xx responses:\s+{COUNT}"),
        lambda found: {"bad_status": int(found[1])},
    ),
    (
        re.compile(r"Requests/sec:"),
        re.compile(rf"Requests/sec:\s+({NUMBER})"),
        lambda found: {"rps": float(found[1])},
    ),
    (
        re.compile(r"99(\.0+)?%"),
        re.compile(rf"99(?:\.0+)?%\s+({TIME})"),
        lambda found: {"latency_p99_s": seconds(found[1])},
    ),
    (re.compile(r"Thread calibration:"), re.compile(r"Thread calibration:"), lambda _: {"corrected": True}),
)
# Lines that only wrk writes: outside a block, they are what is left of one.
_WRKS_OWN = re.compile(
    r"\d+\s+threads? and \d+ connections?\b|\d+ requests in \S+, \S+ read\b|Socket errors: connect \d"
)
_NEEDED = {
    "asked_s": "Running … test @ …",
    "connections": "… threads and … connections",
    "requests": "… requests in …, … read",
    "rps": "Requests/sec: …",
}


def blocks(raw: Iterable[str], file: str) -> Iterator[Block]:
    """Every run of wrk in ``raw``, which are the lines of ``file``; they are read as they come."""
    reader = _Reader(file)
    for line in lines(raw):
        yield from reader.read(line)
    yield from reader.close()


class _Reader:
    """Holds the headings above, and the block that is being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.headings: list[tuple[int, str]] = []
        self.block: Block | None = None
        self.said: set[str] = set()

    def read(self, line: Line) -> Iterator[Block]:
        """What ends with this line."""
        if line.level or line.fence:
            yield from self.close()
            self._head(line)
        elif found := _REFUSED.match(line.text):
            yield from self.close()
            self._open(line)
            yield from self._refused(found[1], found[2].strip())
        else:
            yield from self._figures(line)
            if _LAST.match(line.text):
                yield from self.close()

    def close(self) -> Iterator[Block]:
        if self.block is not None:
            missing = [shown for field, shown in _NEEDED.items() if field not in self.said]
            problem = f"cut off: no line “{missing[0]}”" if missing else None
            yield replace(self.block, problem=self.block.problem or problem)
        self.block = None

    def _head(self, line: Line) -> None:
        if line.level:
            above = [heading for heading in self.headings if heading[0] < line.level]
            self.headings = [*above, (line.level, line.text)]

    def _open(self, line: Line) -> None:
        self.said = set()
        self.block = Block(file=self.file, line=line.number, title=tuple(text for _, text in self.headings))

    def _refused(self, address: str, why: str) -> Iterator[Block]:
        if self.block is not None:
            yield replace(self.block, address=address, problem=f"wrk could not connect: {why}")
        self.block = None

    def _figures(self, line: Line) -> Iterator[Block]:
        kind = next((each for each in _KINDS if each[0].match(line.text)), None)
        if kind is None:
            return
        said = kind[2](found) if (found := kind[1].match(line.text)) else None
        if _RUNNING.match(line.text) or (_WRKS_OWN.match(line.text) and self._is_anothers(said)):
            yield from self.close()
            self._open(line)
        if self.block is not None:
            self._take(line, said)

    def _is_anothers(self, said: Fields | None) -> bool:
        """The block at hand has such a line already, or there is none."""
        return self.block is None or not self.said.isdisjoint(said or ())

    def _take(self, line: Line, said: Fields | None) -> None:
        if self.block is None or (said and not self.said.isdisjoint(said)):
            return
        if said is None:
            garbled = f"line {line.number} is garbled: {line.text[:_SHOWN]}"
            self.block = replace(self.block, problem=self.block.problem or garbled)
            return
        self.said |= said.keys()
        self.block = replace(self.block, **said)
