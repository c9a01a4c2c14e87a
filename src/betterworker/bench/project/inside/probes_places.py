"""Where in the project's own code something happens."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from types import FrameType

from .setting_up import is_own, relative

#: Of a stack, so many of the project's own calls are told.
SHOWN = 4
_INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))


def place(frame: FrameType | None) -> str | None:
    """``shop/views.py:12 in report``: the innermost call of the project's own; None where there is none."""
    return next((_told(each) for each in _outward(frame) if _is_own(each.f_code.co_filename)), None)


def place_in(lines: Iterable[tuple[str, int]]) -> str | None:
    """``shop/views.py:12``, of files and lines from the innermost on."""
    return next((f"{relative(name)}:{line}" for name, line in lines if _is_own(name)), None)


def stack(frame: FrameType | None) -> tuple[str, ...]:
    """The project's last calls, outermost first, and what they called in a package; else packages' own."""
    frames = [each for each in _outward(frame) if _is_told(each.f_code.co_filename)]
    own = [each for each in frames if _is_own(each.f_code.co_filename)]
    called = frames[:1] if own and frames[0] is not own[0] else []
    return tuple(_told(each) for each in (*reversed((own or frames)[:SHOWN]), *called))


@functools.cache
def _is_own(filename: str) -> bool:
    return _is_told(filename) and not _is_installed(filename) and is_own(filename)


@functools.cache
def _is_told(filename: str) -> bool:
    """The project's own and its packages', but Django's and Python's."""
    return is_own(filename) or (_is_installed(filename) and "/django/" not in filename)


def _is_installed(filename: str) -> bool:
    return any(part in filename for part in _INSTALLED)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _told(frame: FrameType) -> str:
    return f"{relative(frame.f_code.co_filename)}:{frame.f_lineno} in {frame.f_code.co_name}"
