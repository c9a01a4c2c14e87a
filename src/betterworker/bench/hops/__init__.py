"""The thread hops of a request through a project's own middleware, told."""

from __future__ import annotations

from betterworker.bench.hops.nouns import Facts
from betterworker.bench.hops.record import record
from betterworker.bench.hops.telling import tell

__all__ = ["Facts", "record", "tell"]
