"""Redis and PostgreSQL beside the embedded backends: found, started for a study, and stopped after it."""

from __future__ import annotations

from betterworker.bench.backends.finding import backends_here, check_same, find, own_room
from betterworker.bench.backends.together import Backends, owned, started
from betterworker.bench.backends.urls import Given

__all__ = ["Backends", "Given", "backends_here", "check_same", "find", "own_room", "owned", "started"]
