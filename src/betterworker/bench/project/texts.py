"""Files that a user wrote: Windows' editors put a byte-order mark before a text, which is none of it."""

from __future__ import annotations

import codecs
from pathlib import Path

ENCODING = "utf-8-sig"


def read_text(path: Path) -> str:
    """Raises OSError, and UnicodeDecodeError."""
    return path.read_text(encoding=ENCODING)


def read_bytes(path: Path) -> bytes:
    """Raises OSError."""
    return path.read_bytes().removeprefix(codecs.BOM_UTF8)
