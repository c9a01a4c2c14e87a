"""Keeps a flood of errors from filling the disk, and from being what is measured."""

from __future__ import annotations

import logging
import time


class First(logging.Filter):
    """Lets the first ``limit`` records of every second through."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.second = 0
        self.seen = 0

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        second = int(time.monotonic())
        if second != self.second:
            self.second, self.seen = second, 0
        self.seen += 1
        return self.seen <= self.limit
