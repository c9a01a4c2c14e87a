"""How often a study is wrong, and what it takes to see a difference of 5 %.

Simulated studies of one row run through the program's own planner and judge, on a machine that replays
recorded noise with drift, bursts and luck at each start added. Beside them, on the same machine, 10 s runs of
one server after the other with the same time of measuring.

--record FILE makes a new recording of this machine and ends; --live asks the program itself to compare two
identical workers here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path

import _common as common
import _live as live
import _noise as noise
import _report as report
import _studies as studies

SPEED = 2700.0
GAP = 0.05
MOST_FALSE = 0.05
LEAST_FOUND = 0.80
MOST_MEASURED_S = 20.0
RECORD_S = 300.0

EQUAL = dict.fromkeys("abcde", SPEED)
PAIR = {"fast": SPEED, "slow": SPEED * (1 - GAP)}
ONE_OF_FIVE = {**dict.fromkeys("abcd", SPEED), "slow": SPEED * (1 - GAP)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of the ``studies`` of one case claim a winner over a worker as fast or faster (``false``), and
    how many one over every slower worker (``found``; None where none is slower). Windows and seconds are of
    the worker measured longest."""

    case: str
    studies: int
    false: int
    found: int | None
    windows: float | None
    mean_s: float
    most_s: float
    wall_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options ask for."""

    count: int
    seed: int
    design: studies.Design
    recording: Path
    live: bool


def slower(speeds: Mapping[str, float]) -> set[str]:
    return {worker for worker, speed in speeds.items() if speed < max(speeds.values())}


def interleaved(case: str, speeds: Mapping[str, float], asked: Asked, pool: ProcessPoolExecutor) -> Tally:
    run = partial(studies.interleaved, noise.read(asked.recording), speeds, asked.design)
    done = list(pool.map(run, seeds(asked)))
    true = {(fast, slow) for fast, slow in product(speeds, speeds) if speeds[fast] > speeds[slow]}
    found = [{rival for _, rival in study.beaten() & true} == slower(speeds) for study in done]
    return Tally(
        case=case,
        studies=len(done),
        false=sum(bool(study.beaten() - true) for study in done),
        found=sum(found) if true else None,
        windows=sum(study.windows for study in done) / len(done),
        mean_s=sum(study.measured_s for study in done) / len(done),
        most_s=max(study.measured_s for study in done),
        wall_s=sum(study.wall_s for study in done) / len(done),
    )


def sequential(case: str, speeds: Mapping[str, float], asked: Asked, *, tested: bool) -> Tally:
    """Two workers, the higher mean wins; if ``tested``, only where Welch's t-test at 5 % agrees."""
    recording = noise.read(asked.recording)
    done = [studies.sequential(recording, speeds, MOST_MEASURED_S, seed) for seed in seeds(asked)]
    winners = [each.winner for each in done if each.significant or not tested]
    best = set(speeds) - slower(speeds)
    wrong = len(winners) if not slower(speeds) else sum(winner not in best for winner in winners)
    return Tally(
        case=case,
        studies=len(done),
        false=wrong,
        found=len(winners) - wrong if slower(speeds) else None,
        windows=MOST_MEASURED_S / studies.RUN_S,
        mean_s=MOST_MEASURED_S,
        most_s=MOST_MEASURED_S,
    )


def seeds(asked: Asked) -> range:
    return range(asked.seed, asked.seed + asked.count)


def measure(asked: Asked) -> report.Outcome:
    with ProcessPoolExecutor() as pool:
        simulated = [
            interleaved("five equal workers", EQUAL, asked, pool),
            interleaved(f"two workers, {GAP:.0%} apart", PAIR, asked, pool),
            interleaved(f"five workers, one {GAP:.0%} slower", ONE_OF_FIVE, asked, pool),
        ]
    equal = dict.fromkeys("ab", SPEED)
    elsewhere = [
        sequential(f"one after the other, {name}: {rule}", speeds, asked, tested=tested)
        for name, speeds in (("equal", equal), (f"{GAP:.0%} apart", PAIR))
        for rule, tested in (("higher mean", False), ("Welch's t", True))
    ]
    at_home = live.compare() if asked.live else None
    return report.Outcome(
        figures={
            "design": asdict(asked.design),
            "simulated": [asdict(each) for each in simulated],
            "sequential": [asdict(each) for each in elsewhere],
            "live": asdict(at_home) if at_home else None,
        },
        head=("case", "studies", "false winners", "found", "windows", "s measured", "at most", "wall s"),
        rows=[row(each) for each in (*simulated, *elsewhere)],
        goals=[*goals(*simulated), *(at_home.goals() if at_home else ())],
        notes=notes(asked, at_home),
    )


def row(tally: Tally) -> Sequence[str]:
    return (
        tally.case,
        str(tally.studies),
        str(tally.false),
        report.NONE if tally.found is None else str(tally.found),
        report.shown(tally.windows, ",.0f"),
        report.shown(tally.mean_s),
        report.shown(tally.most_s),
        report.shown(tally.wall_s, ",.0f"),
    )


def goals(equal: Tally, pair: Tally, one_of_five: Tally) -> list[report.Goal]:
    longest = max(each.most_s for each in (equal, pair, one_of_five))
    return [
        report.Goal(
            text=f"at most {MOST_FALSE:.0%} of studies of equal workers claim a winner ({equal.false})",
            reached=equal.false <= MOST_FALSE * equal.studies,
        ),
        *(
            report.Goal(
                text=f"at least {LEAST_FOUND:.0%} of studies find {case} ({tally.found}; "
                f"{tally.windows:,.0f} windows, {tally.mean_s:.1f} s for each worker on average)",
                reached=(tally.found or 0) >= LEAST_FOUND * tally.studies,
            )
            for case, tally in ((f"which of two is {GAP:.0%} slower", pair), ("which of five", one_of_five))
        ),
        report.Goal(
            text=f"at most {MOST_MEASURED_S:g} s of measuring for each worker ({longest:.1f})",
            reached=longest <= MOST_MEASURED_S + 1e-9,
        ),
    ]


def notes(asked: Asked, at_home: live.Compared | None) -> list[str]:
    recording, design = noise.read(asked.recording), asked.design
    said = [
        f"noise: {recording.seconds:.0f} s of {recording.about}; {recording.mean_rps:,.0f} RPS on average",
        (
            f"design: windows of {design.window_s:g} s, {design.blocks_per_round} blocks a round, looks "
            f"after {', '.join(map(str, design.rounds))} rounds; 'found': every slower worker is beaten"
        ),
    ]
    return said + ([at_home.said()] if at_home else [])


def record(path: Path, seconds: float) -> int:
    server, load, placing = common.split()
    if placing:
        print("\n".join(f"note: {each}" for each in placing), file=sys.stderr)
    made = noise.record(seconds, server, load)
    noise.write(made, path)
    print(f"{path}: {made.seconds:.0f} s, {made.mean_rps:,.0f} RPS on average")
    return 0


def main() -> int:
    parser = report.parser(__doc__)
    default = studies.Design()
    parser.add_argument("--studies", type=report.whole, default=100, help="of each case (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the first study (default: 1)")
    parser.add_argument("--rounds", type=report.whole, nargs="+", default=default.rounds, help="the looks")
    parser.add_argument("--blocks", type=report.whole, default=default.blocks_per_round, help="in a round")
    parser.add_argument("--window", type=report.seconds, default=default.window_s, help="seconds")
    parser.add_argument("--noise", type=Path, default=noise.RECORDING, help="a recording to replay")
    parser.add_argument("--live", action="store_true", help="also compare two identical workers here")
    parser.add_argument("--record", type=Path, metavar="FILE", help="record this machine, and end")
    parser.add_argument("--seconds", type=report.seconds, default=RECORD_S, help="to record (default: 300)")
    options = parser.parse_args()
    if options.record:
        return record(options.record, options.seconds)
    asked = Asked(
        count=options.studies,
        seed=options.seed,
        design=studies.Design(
            rounds=tuple(options.rounds), blocks_per_round=options.blocks, window_s=options.window
        ),
        recording=options.noise,
        live=options.live,
    )
    return report.conclude("false_alarms", lambda: measure(asked), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
