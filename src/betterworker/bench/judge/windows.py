"""A row's windows by worker and block, on one scale, ready to be paired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from betterworker.bench.model import Result, is_twin, original_of
from betterworker.bench.stats import Window, together

Key = tuple[int, int]
"""Round and block."""
Group = dict[str, Window | None]
"""The windows of servers that lived together, by slot; None for a trial without a sample."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows by slot and block; those of the leader's twin, and of the leader beside it."""

    workers: dict[str, dict[Key, Window]] = field(default_factory=lambda: defaultdict(dict))
    twins: dict[Key, Window] = field(default_factory=dict)
    originals: dict[Key, Window] = field(default_factory=dict)


def windows(results: Iterable[Result]) -> Windows:
    """From the results of one closed-loop row that count.

    Servers that did not fit into memory together ran in groups, one after the other, that share the leader:
    such a window is put on the leader's scale (multiplied by the leader's goodput over the whole block, and
    divided by that in its own group), so that ratios chain through the leader.
    """
    found = Windows()
    for key, groups in _blocks(results).items():
        for group in groups.values():
            _add_twin(found, key, group)
        for slot, window in _joined(list(groups.values())).items():
            found.workers[slot][key] = window
    return found


def _blocks(results: Iterable[Result]) -> Mapping[Key, Mapping[int, Group]]:
    blocks: defaultdict[Key, defaultdict[int, Group]] = defaultdict(lambda: defaultdict(dict))
    for result in results:
        trial, sample = result.trial, result.sample
        window = Window(completed=sample.completed, seconds=sample.window_s) if sample else None
        blocks[trial.round, trial.block][trial.group][trial.worker] = window
    return blocks


def _add_twin(found: Windows, key: Key, group: Group) -> None:
    for slot, twin in group.items():
        original = group.get(original_of(slot)) if is_twin(slot) else None
        if twin is not None and original is not None:
            found.twins[key], found.originals[key] = twin, original


def _joined(groups: Sequence[Group]) -> dict[str, Window]:
    if len(groups) == 1:
        return _measured(groups[0])
    shared = [slot for slot in groups[0] if not is_twin(slot) and all(slot in group for group in groups)]
    leads = [group.get(shared[0]) for group in groups] if shared else []
    whole = together([lead for lead in leads if lead is not None])
    joined: dict[str, Window] = {}
    for group, lead in zip(groups, leads, strict=False):
        if lead is not None and lead.completed:
            scale = (whole.completed / whole.seconds) / (lead.completed / lead.seconds)
            joined |= {slot: _scaled(window, scale) for slot, window in _measured(group).items()}
    return joined | {shared[0]: whole} if joined else {}


def _measured(group: Group) -> dict[str, Window]:
    return {slot: window for slot, window in group.items() if window is not None and not is_twin(slot)}


def _scaled(window: Window, scale: float) -> Window:
    return replace(window, completed=window.completed * scale)
