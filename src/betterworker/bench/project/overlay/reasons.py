"""Why pip could not install, in one line, from what it said. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 300
_CONFLICT = re.compile(r"^The conflict is caused by:\n((?:    .+\n?)+)", re.MULTILINE)
_PINNED = re.compile(r"The user requested \(constraint\) (\S+)==(\S+)")
# Of an index, and of a folder of files.
_PYTHON = re.compile(r"Requires-Python ([^;\s]+)|requires a different Python: \S+ not in '([^']+)'")
_ABSENT = re.compile(r"^ERROR: No matching distribution found for (\S+)", re.MULTILINE)
_ERROR = re.compile(r"^\s*(?:ERROR|error): (.+)$", re.MULTILINE)
_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError"
    r"|Max retries exceeded|Temporary failure in name resolution|Network is unreachable|SSLError"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``lasts`` where another attempt would end as this one did; ``offline`` where every other would."""

    text: str
    lasts: bool = False
    offline: bool = False


def reason(output: str, names: Sequence[str]) -> Reason:
    """Of an attempt to install the distributions ``names``."""
    wanted = " ".join(names)
    if conflict := _CONFLICT.search(output):
        return Reason(text=_short("; ".join(_sides(conflict[1]))), lasts=True)
    if _NETWORK.search(output):
        mend = f"connect and run again, or set PIP_INDEX_URL, or add {wanted} to the project"
        return Reason(text=f"{wanted} could not be downloaded: {mend}", offline=True)
    if python := _other_python(output):
        return Reason(
            text=_short(f"{wanted} cannot run on the project's Python: it requires {python}"), lasts=True
        )
    if absent := _ABSENT.search(output):
        return Reason(text=f"no package index that can be reached has {absent[1]}: set PIP_INDEX_URL")
    errors = _ERROR.findall(output) or output.splitlines() or ["pip said nothing"]
    return Reason(text=_short(f"{wanted} could not be installed: {errors[-1].strip()}"))


def _other_python(output: str) -> str:
    """What the newest version asks for; empty where Python is not the reason."""
    asked = [next(filter(None, match)) for match in _PYTHON.findall(output)]
    return asked[-1] if asked else ""


def _sides(lines: str) -> Iterator[str]:
    """As pip lists them, but for the project's own versions, which it knows as constraints."""
    for line in dict.fromkeys(lines.strip("\n").splitlines()):
        pinned = _PINNED.search(line)
        yield f"the project has {pinned[1]} {pinned[2]}" if pinned else line.strip()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
