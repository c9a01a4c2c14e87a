"""Gates on the database or cache behind a view: its connections, and the CPU that it takes from the load."""

from __future__ import annotations

import re
import statistics

from betterworker.bench.gates.answers import MAX_ERROR_SHARE
from betterworker.bench.gates.cell import Cell
from betterworker.bench.log_lines import FULL
from betterworker.bench.model import Finding

#: As psycopg's pool says it.
_POOL_EMPTY = re.compile(r"couldn't get a connection|PoolTimeout")
MAX_BUSY = 0.90
#: What a PostgreSQL allows where nobody has said otherwise.
DEFAULT_CONNECTIONS = 100


def connections_exhausted(cell: Cell) -> Finding | None:
    """The database, or the pool before it, had no connection left: no fault of the view or of the server, but
    of how many they may hold together."""
    raised = next((s.raised for s in cell.samples if s.raised and _is_exhausted(s.raised)), None)
    if raised is None:
        return None
    outcomes = cell.outcomes
    share = outcomes.bad_status / outcomes.sent if outcomes.sent else 0.0
    return Finding(
        gate="connections_exhausted",
        severity="invalid" if share > MAX_ERROR_SHARE else "note",
        message=_pool_empty() if _POOL_EMPTY.search(raised) else _database_full(cell),
        advice=f"{outcomes.bad_status:,} of {outcomes.sent:,} requests failed in the windows. Use Django's "
        "connection pool, fewer threads or processes, or PgBouncer before the database.",
    )


def backend_limited(cell: Cell) -> Finding | None:
    """A backend that was started here runs on the load's CPUs: when these are used up, nobody knows what the
    server could do. A server may well wait for its backend, as long as that has CPU left."""
    busy = [
        sample.generator_cpu + sample.backend_cpu / cell.load_cpus
        for sample in cell.samples
        if sample.generator_cpu is not None and sample.backend_cpu is not None
    ]
    if not busy or statistics.median(busy) <= MAX_BUSY:
        return None
    return Finding(
        gate="backend_limited",
        severity="label",
        # The same words for all such cells: in a wide table they are told once.
        message=f"the backend and the load generator used over {100 * MAX_BUSY:.0f} % of the load's CPUs",
        advice="Give the load more CPUs, or the backend a machine of its own: this figure is a lower bound "
        "and never wins.",
    )


def many_connections(cell: Cell) -> Finding | None:
    """More than a database of another machine may have: exhausting them is how ASGI deployments fail."""
    peak = cell.db_connections
    if peak is None or peak <= DEFAULT_CONNECTIONS:
        return None
    return Finding(
        gate="many_connections",
        severity="note",
        message=f"held {peak:,} database connections at once, where PostgreSQL by default allows "
        f"{DEFAULT_CONNECTIONS}",
        advice="Use Django's connection pool, fewer threads or processes, or PgBouncer before the database.",
    )


def _is_exhausted(raised: str) -> bool:
    return bool(FULL.search(raised) or _POOL_EMPTY.search(raised))


def _pool_empty() -> str:
    return "the connection pool was empty, and no connection came back in time"


def _database_full(cell: Cell) -> str:
    peak = cell.db_connections
    seen = "" if peak is None else f", {peak:,} of them seen for this server at once"
    of = f" ({cell.backend})" if cell.backend else ""
    return f"the database ran out of connections{of}{seen}"
