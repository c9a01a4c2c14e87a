"""The lines of a log without what was put around them: colours, quotes, time stamps, fences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# CSI and OSC sequences, then any other escape of two characters.
_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_QUOTED = re.compile(r"\s*(?:>\s?)+")
_STAMPED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\s+")
_FENCE = re.compile(r"(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``level`` is a heading's, from 1; 0 for any other line. A ``fence`` opens or closes a block of code."""

    number: int
    text: str
    level: int = 0
    fence: bool = False


def lines(raw: Iterable[str]) -> Iterator[Line]:
    """What is inside a fence is no heading: there ``# …`` is a comment of the shell's."""
    fence = ""
    for number, written in enumerate(raw, start=1):
        text = clean(written)
        mark = _FENCE.match(text)
        if mark and not fence:
            fence = mark[1]
            yield Line(number=number, text=text, fence=True)
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
            yield Line(number=number, text=text, fence=True)
        else:
            yield _line(number, text, heading=not fence)


def _line(number: int, text: str, *, heading: bool) -> Line:
    found = _HEADING.match(text) if heading else None
    if found is None:
        return Line(number=number, text=text)
    return Line(number=number, text=found[2].rstrip("# ").strip("*_` "), level=len(found[1]))


def clean(written: str) -> str:
    """Printable characters alone, with neither indentation nor the mark of a quotation."""
    plain = "".join(char if char.isprintable() else " " for char in _ESCAPES.sub("", written))
    text = _QUOTED.sub("", plain, count=1) if plain.lstrip().startswith(">") else plain
    return _STAMPED.sub("", text.strip(), count=1)
