"""Studies as older versions wrote them, brought up to today's terms step by step. Pure."""

from __future__ import annotations

from typing import Any


def study_from_1(study: dict[str, Any]) -> dict[str, Any]:
    """Format 1 had blocks, each with servers of its own, and rows measured in the first block only."""
    rest = {name: value for name, value in study.items() if name not in ("blocks", "once")}
    once = study.get("once", ())
    return {
        **rest,
        "looks": {row: [1 if row in once else study["blocks"]] for row in study["scenarios"]},
        "mixes": {},
        "paces": {},
        "blocks_per_round": dict.fromkeys(study["scenarios"], 1),
        "margin": 0.03,
        "memory_mb": 0.0,
    }


def planned_1(study: dict[str, Any]) -> int:
    """How many trials a study of format 1 was planned into."""
    windows = len(study["scenarios"]) * study["blocks"] - len(study.get("once", ())) * (study["blocks"] - 1)
    return int(windows * len(study["workers"]))
