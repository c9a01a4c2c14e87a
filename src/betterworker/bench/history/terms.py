"""Whether two runs can be compared at all: a change is a server's only where nothing else changed."""

from __future__ import annotations

from betterworker.bench.compare import Differs

#: A profile is a name: what it stands for is compared by itself. Packages are what a history is kept for.
_NAMES_ALONE = frozenset({"profile"})


def why_not_comparable(differs: Differs) -> str:
    """Empty when they can."""
    if differs.machine:
        return f"another machine: {', '.join(each.name for each in differs.machine)}"
    study = [each.name for each in differs.study if each.name not in _NAMES_ALONE]
    if study:
        return f"another study: {', '.join(study)}"
    if differs.ceilings:
        return "the machine was not as fast: the null server differs"
    return ""
