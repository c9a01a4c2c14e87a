"""What a server writes: into a file, or, where it may hold secrets, into none before it is masked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


class Log:
    """A server's output. With a ``mask`` it goes to a file without a name, which is gone with this program
    however that ends; what is read of it is masked, and so is what ``close`` adds to ``path``."""

    def __init__(self, path: Path, mask: Callable[[str], str] | None = None) -> None:
        self.path = path
        self.mask = mask
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file: IO[bytes] = tempfile.TemporaryFile() if mask else path.open("a+b")  # noqa: SIM115 - see close
        self._kept: str | None = None

    def size(self) -> int:
        """In bytes; of a file with a name also what servers before this one wrote."""
        return self.path.stat().st_size if self.file.closed else os.fstat(self.file.fileno()).st_size

    def since(self, position: int) -> str:
        """What was written after that many bytes, as text; after the end of a masked log, all of it."""
        if self._kept is not None:
            return self._kept
        if self.file.closed:
            return self.path.read_bytes()[position:].decode("utf-8", "replace")
        # The server shares the file's position: it must not be moved.
        text = os.pread(self.file.fileno(), self.size() - position, position).decode("utf-8", "replace")
        return self.mask(text) if self.mask else text

    def close(self) -> None:
        """Nothing is written any more. May be called twice."""
        if self.mask and not self.file.closed:
            self._kept = self.since(0)
            with self.path.open("a", encoding="utf-8") as kept:
                kept.write(self._kept)
        self.file.close()
