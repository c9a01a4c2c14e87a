"""The same for machines."""

from __future__ import annotations

import dataclasses
from typing import Any

from betterworker.bench.hops.nouns import CELLS, Facts, Part
from betterworker.bench.hops.reasons import advice, stops, why

SCHEMA = 1


def record(facts: Facts) -> dict[str, Any]:
    """``hops`` are lists of what was handed to a thread: as many hops as names."""
    return {
        "schema": SCHEMA,
        **{
            name: getattr(facts, name) for name in ("settings", "python", "django", "asgiref", "betterworker")
        },
        "middleware": [
            {**dataclasses.asdict(each), "hops": _hops(facts, place), "why": why(facts, place)}
            for place, each in enumerate(facts.middleware)
        ],
        "started": _hops(facts, "started"),
        "view": _hops(facts, "view"),
        "closing": _hops(facts, "closing"),
        "other": _hops(facts, "other"),
        "total": _cells({cell: len(facts.request(*cell).hops) for cell in CELLS}),
        "threads": _cells({cell: facts.request(*cell).threads for cell in CELLS}),
        "stopped": list(stops(facts)),
        "advice": list(advice(facts)),
    }


def _hops(facts: Facts, part: Part) -> dict[str, dict[str, Any]]:
    return _cells({cell: facts.names(part, *cell) for cell in CELLS})


def _cells(values: dict[Any, Any]) -> dict[str, dict[str, Any]]:
    nested: dict[str, dict[str, Any]] = {}
    for (stack, view), value in values.items():
        nested.setdefault(stack, {})[view] = value
    return nested
