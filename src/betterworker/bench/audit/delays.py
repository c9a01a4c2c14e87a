"""How long the view behind an address waits by itself: as it was told, or as the address says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from betterworker.bench.audit.blocks import Block
from betterworker.bench.audit.figures import NUMBER

# ``gateway_3s``, ``blocking-10s``, ``sleep_200ms``: with its unit, and nothing else beside it.
_TOKEN = re.compile(
    rf"(?<![a-z0-9.])({NUMBER})(ms|msecs?|milliseconds?|s|secs?|seconds?)(?![a-z0-9])", re.IGNORECASE
)
# httpbin's ``/delay/2``: seconds, and never more than ten.
_HTTPBIN = re.compile(rf"/delay/({NUMBER})(?=[/?]|$)", re.IGNORECASE)
_HTTPBIN_MOST_S = 10.0
# Before a time, these say that it is the most that something may take, or of something else.
_OTHERWISE = re.compile(
    r"(?<![a-z])(timeout|ttl|max|age|cache|cached|expires?|every|interval|last|since|window|range|step|period)[-_=/.]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """``said`` is where in the address it was read; None: it was told apart from it."""

    seconds: float
    said: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """What was told: ``every`` for all views, ``parts`` for addresses that hold a text; 0 is no delay."""

    every: float | None = None
    parts: tuple[tuple[str, float], ...] = ()
    from_address: bool = True

    def of(self, block: Block) -> Delay | None:
        """None: the view does not wait, or it is not known to."""
        told = self._told(block.address or "")
        if told is not None:
            return Delay(seconds=told) if told else None
        if block.delay_s:
            return Delay(seconds=block.delay_s)
        return in_address(block.address) if self.from_address and block.address else None

    def _told(self, address: str) -> float | None:
        """The longest part that fits says most of the address."""
        fitting = [part for part in self.parts if part[0] in address]
        return max(fitting, key=lambda part: len(part[0]))[1] if fitting else self.every


def in_address(address: str) -> Delay | None:
    """None also when an address holds several different times: which of them is waited is anyone's guess."""
    found = {delay.seconds: delay for delay in _in_path(path_of(address))}
    return found.popitem()[1] if len(found) == 1 else None


def _in_path(path: str) -> Iterator[Delay]:
    for match in _TOKEN.finditer(path):
        seconds = float(match[1]) / (1000 if match[2][0] in "mM" else 1)
        if seconds and not _OTHERWISE.search(path[: match.start()]):
            yield Delay(seconds=seconds, said=_segment(path, match.start()))
    for match in _HTTPBIN.finditer(path):
        if float(match[1]):
            yield Delay(seconds=min(float(match[1]), _HTTPBIN_MOST_S), said=match[0].lstrip("/"))


def _segment(path: str, at: int) -> str:
    """The part of the path between slashes, or of the query between ampersands."""
    begins = max(path.rfind(mark, 0, at) for mark in "/?&") + 1
    return re.split(r"[/?&]", path[begins:], maxsplit=1)[0]


def path_of(address: str) -> str:
    """With the query: a host may be called anything."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}"
