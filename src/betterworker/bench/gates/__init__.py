"""What makes a cell unfit to publish, or a figure to be read with care: a function per gate."""

from __future__ import annotations

from betterworker.bench.gates.answers import (
    MAX_ERROR_SHARE,
    cannot_serve,
    error_share,
    nothing_answered,
    unbalanced,
    wrong_content,
)
from betterworker.bench.gates.backends import backend_limited, connections_exhausted, many_connections
from betterworker.bench.gates.cell import Cell, Gate
from betterworker.bench.gates.contamination import restarted, restless
from betterworker.bench.gates.limits import MAX_GENERATOR_CPU, at_ceiling, generator_limited, impossible
from betterworker.bench.gates.terms import fewer_threads, setting_without_effect

__all__ = [
    "GATES",
    "MAX_ERROR_SHARE",
    "MAX_GENERATOR_CPU",
    "Cell",
    "Gate",
    "at_ceiling",
    "backend_limited",
    "cannot_serve",
    "connections_exhausted",
    "error_share",
    "fewer_threads",
    "generator_limited",
    "impossible",
    "many_connections",
    "nothing_answered",
    "restarted",
    "restless",
    "setting_without_effect",
    "unbalanced",
    "wrong_content",
]

# In order of weight: a short report names the first that made a cell invalid.
GATES: tuple[Gate, ...] = (
    unbalanced,
    impossible,
    connections_exhausted,
    wrong_content,
    cannot_serve,
    error_share,
    nothing_answered,
    generator_limited,
    backend_limited,
    many_connections,
    at_ceiling,
    setting_without_effect,
    fewer_threads,
    restless,
    restarted,
)
