"""A log of any length, counted in a bounded memory."""

from __future__ import annotations

import re
from collections import Counter

from betterworker.bench.project.sources.patterns import pattern_of

#: Paths are counted by "lossy counting" (Manku and Motwani 2002): after each so many lines those go that came
#: less than once in as many, so that a log of any length takes a bounded memory.
BUCKET = 100_000

# host ident user [time] "METHOD path HTTP/x" status …; a virtual host may stand before it.
_LINE = re.compile(rb'^[^"]*\[[^\[\]"]*\] "([A-Z]+) (\S+)(?: HTTP/[0-9.]+)?" (\d{3}) ')

READ = b"GET"
OTHERS = frozenset({b"HEAD", b"OPTIONS"})
WRITES = frozenset({b"POST", b"PUT", b"PATCH", b"DELETE"})

STRANGE = "in neither the common nor the combined format"
RARE = "of paths that hardly ever come"
#: Paths are kept: a longer one is of no reader.
LONGEST_PATH = 2_000
LONG = f"with a path of over {LONGEST_PATH:,} characters"


class Counts:
    """Of requests by path, and of lines that were left out by reason.

    ``forgotten`` counts, by their pattern, paths with numbers in them that came too seldom each to be kept.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.paths: dict[str, int] = {}
        self.since: dict[str, int] = {}
        self.forgotten: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.strange = 0
        self.first_strange = b""

    def add(self, line: bytes) -> None:
        self.lines += 1
        found = _LINE.match(line)
        if found is None:
            self._mark_strange(line)
        elif reason := _reason(found[1], found[3]):
            self.left_out[reason] += 1
        elif len(found[2]) > LONGEST_PATH:
            self.left_out[LONG] += 1
        else:
            self._count(found[2].decode("utf-8", "replace"))
        if self.lines % BUCKET == 0:
            self._forget(self.lines // BUCKET)

    def _mark_strange(self, line: bytes) -> None:
        self.strange += 1
        self.left_out[STRANGE] += 1
        self.first_strange = self.first_strange or line

    def _count(self, path: str) -> None:
        if path in self.paths:
            self.paths[path] += 1
        else:
            self.paths[path] = 1
            self.since[path] = (self.lines - 1) // BUCKET

    def _forget(self, bucket: int) -> None:
        """What was seen no more than it may have been missed before."""
        for path in [path for path, count in self.paths.items() if count + self.since[path] <= bucket]:
            del self.since[path]
            pattern, row = pattern_of(path)
            (self.forgotten if row else self.left_out)[pattern if row else RARE] += self.paths.pop(path)
        if len(self.forgotten) > BUCKET:
            kept = Counter(dict(self.forgotten.most_common(BUCKET // 2)))
            self.left_out[RARE] += self.forgotten.total() - kept.total()
            self.forgotten = kept


def _reason(method: bytes, status: bytes) -> str:
    """Why a line is not taken; empty where it is."""
    if method in WRITES:
        return f"{method.decode()} (write what writes by hand, with `writes = true`)"
    if method != READ:
        return f"method {method.decode()}" if method in OTHERS else "other methods than GET"
    if status[:1] in b"45":
        return f"answered {status[:1].decode()}xx"
    # 304 is a 200 to who has no copy yet.
    return "" if status[:1] == b"2" or status == b"304" else "redirected"
