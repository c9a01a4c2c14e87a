"""Which migrations are not applied."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from .guard import Refused
from .patience import within

#: Longer than a database takes to be reached.
PATIENCE_S = 10.0


def unapplied() -> dict[str, Any]:
    """``unreachable``: why a database was not asked."""
    names: dict[str, None] = {}
    alias = ""
    try:
        for alias in connections:
            names.update(dict.fromkeys(within(PATIENCE_S, partial(_of, alias))))
    except Exception as error:  # noqa: BLE001 - whatever a driver raises
        return {"unapplied": list(names), "unreachable": f"database {alias!r}: {_told(error)}"}
    return {"unapplied": list(names), "unreachable": None}


def _told(error: Exception) -> str:
    """One line, without the driver's hints."""
    lines = str(error).strip().splitlines() or [""]
    return lines[0] if isinstance(error, Refused) else f"{type(error).__name__}: {lines[0]}"


def _of(alias: str) -> list[str]:
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
