"""Django's suites on stock Django and through this handler, and what differs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import django

from tests.conformance.compare import (
    Difference,
    class_of,
    confirmed,
    differences,
    exercising,
    lost_in_routing,
    rows,
    suite_of,
)
from tests.conformance.modes import SUITES, Mode
from tests.conformance.runs import Run, Started, Unfinished
from tests.conformance.sources import CACHE, suites_of
from tests.conformance.table import table, told


class Suites:
    def __init__(self, version: str, at_once: int) -> None:
        self._folder = suites_of(version)
        self._logs = CACHE / "runs" / f"{version}-py{sys.version_info.major}.{sys.version_info.minor}"
        self._at_once = at_once

    def run(self, modes: Sequence[Mode], labels: Sequence[str], part: str) -> dict[Mode, Run]:
        """Each mode in a process of its own, so many at once."""
        with ThreadPoolExecutor(self._at_once) as pool:
            runs = pool.map(lambda mode: self._one(mode, labels, part), modes)
            return dict(zip(modes, runs, strict=True))

    def _one(self, mode: Mode, labels: Sequence[str], part: str) -> Run:
        started = Started(mode, self._folder, labels, self._logs / part)
        try:
            run = started.finished()
        except Unfinished as unfinished:
            raise SystemExit(f"{started.tail()}\n{started.log}: {unfinished}") from None
        if not run:
            raise SystemExit(f"Nothing was run ({mode}):\n{started.tail()}")
        return run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("labels", nargs="*", default=SUITES, help="suites or tests (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=2, help="processes (default: %(default)s)")
    asked = parser.parse_args()
    version = django.get_version()
    print(f"Django {version} on Python {sys.version.split()[0]}, {len(asked.labels)} suites", flush=True)
    return compare(Suites(version, asked.at_once), asked.labels)


def compare(suites: Suites, labels: Sequence[str]) -> int:
    """The exit status."""
    runs = suites.run([Mode.STOCK, Mode.ROUTED], labels, "all")
    stock, routed = runs[Mode.STOCK], runs[Mode.ROUTED]
    # The other modes differ in what they do with requests: only tests that have any are run in them.
    with_requests = sorted({class_of(test) for test in exercising(routed)})
    runs |= suites.run([Mode.ROUTED_STOCK, Mode.TAKEN_FOR_ASYNC, Mode.TAKEN_FOR_SYNC], with_requests, "all")
    lost = lost_in_routing(stock, routed, runs[Mode.ROUTED_STOCK])
    if lost:
        print(f"{len(lost)} tests ask for what only Django's own client has: it runs them.", flush=True)
        runs |= suites.run([Mode.REPLACED], sorted(lost), "all")
    ours = {mode: run for mode, run in runs.items() if mode.is_ours}
    found = differences(stock, ours, lost)
    if found:
        found = again(suites, found)
    print(*table(rows(stock, ours, found)), *told(found), sep="\n")
    return 1 if found else 0


def again(suites: Suites, found: Sequence[Difference]) -> list[Difference]:
    """Those of the differences that a second run shows, too: of whole suites, as tests may upset others."""
    tests = {each.test for each in found}
    print(f"{len(tests)} tests differ: their suites once more.", flush=True)
    modes = [Mode.STOCK, *sorted({each.mode for each in found})]
    runs = suites.run(modes, sorted({suite_of(test) for test in tests}), "again")
    sure = confirmed(found, runs[Mode.STOCK], runs)
    for test in sorted(tests - {each.test for each in sure}):
        print(f"    not every time: {test}")
    return sure


if __name__ == "__main__":
    sys.exit(main())
