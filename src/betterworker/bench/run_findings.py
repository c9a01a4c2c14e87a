"""What is said of a run as a whole: what is missing, shared or slow about it. Pure."""

from __future__ import annotations

from betterworker.bench import carriers
from betterworker.bench.model import Finding, Run
from betterworker.bench.room import kept


def measuring_share(run: Run) -> float | None:
    """The part (0 to 1) of the trials' wall time spent inside windows; None before any trial."""
    total = sum(sum(result.spent_s.values()) for result in run.results)
    inside = sum(result.spent_s.get("window", 0.0) for result in run.results)
    return inside / total if total > 0 else None


def run_findings(run: Run) -> tuple[Finding, ...]:
    """In order of weight; empty when there is nothing to say."""
    findings = (
        _unfinished(run),
        _shared_cpus(run),
        _other_urllib3(run),
        _no_ceiling(run),
        _made_room(run),
        _measuring(run),
    )
    return tuple(finding for finding in findings if finding is not None)


def _unfinished(run: Run) -> Finding | None:
    if run.finished:
        return None
    stored = len({result.trial.key for result in run.results})
    return Finding(
        gate="unfinished",
        severity="label",
        message=f"the study is not finished: {stored:,} {'trial is' if stored == 1 else 'trials are'} stored",
        advice="Resume it to measure the rest; what is shown may still change.",
    )


def _shared_cpus(run: Run) -> Finding | None:
    shared = sorted(set(run.study.server_cpus) & set(run.study.load_cpus))
    if not shared:
        return None
    return Finding(
        gate="shared_cpus",
        severity="label",
        message=f"the server and the load shared CPU {', '.join(map(str, shared))}",
        advice="Figures are of both together: they rank workers, and say little of capacity.",
    )


def _other_urllib3(run: Run) -> Finding | None:
    found = run.machine.packages.get("urllib3", "")
    measured = any(carriers.CARRIED in name for name in run.study.clients.values())
    if not (measured and carriers.is_fork(found)):
        return None
    return Finding(
        gate="other_urllib3",
        severity="label",
        message=f"the requests rows ran on urllib3 {found}",
        advice="niquests brought it: `betterworker doctor` says how to have both side by side.",
    )


def _no_ceiling(run: Run) -> Finding | None:
    # An open loop is judged by its send lag: the rate is given, the connections are no load.
    closed = {count for key, count in run.study.connections.items() if key not in run.study.mixes}
    swept = {count for counts in run.study.sweeps.values() for count in counts}
    missing = sorted((closed | swept) - {ceiling.connections for ceiling in run.ceilings})
    if not missing or not run.results:
        return None
    return Finding(
        gate="no_ceiling",
        severity="note",
        message=f"no null-server ceiling for {' and '.join(map(str, missing))} connections",
        advice="Whether the load generator was the limit there is known from its CPU alone.",
    )


def _made_room(run: Run) -> Finding | None:
    anew = sum(result.made_room for result in run.results)
    if not anew:
        return None
    allowed = " and ".join(
        f"the {allowed:,} connections that the database {database.alias!r} allows"
        for database, allowed in kept(run.study.project)
    )
    return Finding(
        gate="made_room",
        severity="note",
        message=f"the servers together may want more than {allowed or 'what the database allows'}: idle ones "
        f"were stopped, and started again before {anew:,} of {len(run.results):,} windows",
        advice="They keep theirs between requests (CONN_MAX_AGE, or a pool), and none is to fail for what "
        "another keeps. With more max_connections the study takes less time.",
    )


def _measuring(run: Run) -> Finding | None:
    share = measuring_share(run)
    if share is None:
        return None
    return Finding(
        gate="measuring_share",
        severity="note",
        message=f"{100 * share:.0f} % of the wall time of the trials was spent measuring",
        advice="The rest went into starts, checks, warm-ups, drains and rests.",
    )
