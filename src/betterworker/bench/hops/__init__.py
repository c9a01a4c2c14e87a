"""The thread hops of a request through a project's own middleware: asked of the project, and told."""

from __future__ import annotations

from betterworker.bench.hops.asking import ask, module_name
from betterworker.bench.hops.nouns import Facts
from betterworker.bench.hops.record import record
from betterworker.bench.hops.telling import tell

__all__ = ["Facts", "ask", "module_name", "record", "tell"]
