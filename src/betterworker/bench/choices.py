"""What the user's names and patterns stand for: workers, rows, rows for latency, rows for a sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.model import MARK, Scenario

#: In place of rows: none of them.
NO_ROWS = "none"
#: Numbers of connections where a sweep names none: alone, a few, and two crowds.
SWEEP = (1, 8, 128, 512)


def chosen(names: Sequence[str], scenarios: Mapping[str, Scenario]) -> list[str]:
    """The keys that the names stand for, in the registry's order."""
    keys = {key for name in names for key in keys_of(name, scenarios)}
    return [key for key in scenarios if key in keys]


def keys_of(name: str, scenarios: Mapping[str, Scenario]) -> list[str]:
    """``json`` stands for both of its modes, ``json:sync`` for one, ``query-*`` for all that begin so."""
    found = [
        key for key, row in scenarios.items() if name in (row.name, key) or fnmatchcase(key, f"{name}:*")
    ]
    if not found:
        raise UnknownName("scenario", name, {row.name for row in scenarios.values()} | set(scenarios))
    return found


def latency_rows(
    asked: Sequence[str] | None, rows: Sequence[Scenario], scenarios: Mapping[str, Scenario]
) -> list[str]:
    """Those asked for (``none`` for no row); else of each mode the first light row, or the first at all."""
    closed = [row for row in rows if row.mix is None]
    if asked is not None and tuple(asked) == (NO_ROWS,):
        return []
    if asked is not None:
        keys = chosen(asked, scenarios)
        return [row.key for row in closed if row.key in keys]
    firsts: dict[str, str] = {}
    for row in sorted(closed, key=lambda row: row.effort != "light"):
        firsts.setdefault(row.mode, row.key)
    return [row.key for row in closed if row.key in firsts.values()]


def sweeps(
    asked: Mapping[str, Sequence[int]],
    rows: Sequence[Scenario],
    connections: Mapping[str, int],
    scenarios: Mapping[str, Scenario],
) -> dict[str, tuple[int, ...]]:
    """Row -> numbers of connections besides its own, ascending; ``asked`` may give no numbers, or no row."""
    if set(asked) == {NO_ROWS}:
        return {}
    counts: dict[str, set[int]] = {}
    for name, numbers in asked.items():
        for key in _swept(name, rows, scenarios):
            counts[key] = set(numbers or SWEEP) - {connections[key]}
    return {row.key: tuple(sorted(counts[row.key])) for row in rows if counts.get(row.key)}


def _swept(name: str, rows: Sequence[Scenario], scenarios: Mapping[str, Scenario]) -> list[str]:
    """The rows of the study that a name of ``--sweep`` stands for."""
    keys = keys_of(name, scenarios)
    here = [row for row in rows if row.key in keys]
    if not here:
        raise BadInput(f"--sweep {name}: this study does not measure that row. Name it in --scenarios too.")
    closed = [row.key for row in here if row.mix is None]
    if not closed:
        raise BadInput(
            f"--sweep {name}: mixed traffic comes at its own rate, whatever the connections. Name other rows."
        )
    return closed


def slots(asked: Sequence[str] | None, known: Sequence[str], default: Sequence[str] | None) -> list[str]:
    """A worker asked for again gets a slot of its own: ``uvicorn``, ``uvicorn#2``."""
    found = []
    times: Counter[str] = Counter()
    ours = [name for name in default or () if name in known]
    for pattern in asked if asked is not None else ours or known:
        for name in _named(pattern, known):
            times[name] += 1
            found.append(f"{name}{MARK}{times[name]}" if times[name] > 1 else name)
    if not found:
        raise BadInput("No worker is left to measure.")
    return found


def _named(pattern: str, known: Sequence[str]) -> list[str]:
    """``granian-*`` stands for all that begin so."""
    found = [name for name in known if fnmatchcase(name, pattern)]
    if not found:
        raise UnknownName("worker", pattern, known)
    return found
