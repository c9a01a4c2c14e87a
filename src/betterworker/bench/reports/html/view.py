"""What the page's template shows, derived from a Summary: texts and places, no layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model import worker_name
from betterworker.bench.reports.html.concluded import answer_cards, badge_rows, reasons
from betterworker.bench.reports.html.gates import gates, of_time
from betterworker.bench.reports.html.heat import heat_rows
from betterworker.bench.reports.html.twins import span, twins
from betterworker.bench.reports.rows import (
    ANSWER,
    COSTS,
    DEPLOY,
    NOTHING_FOUND,
    clients,
    conclusions_table,
    deploy_lines,
    facts,
    headline,
    legend,
    pasted,
    rules,
    setups,
    tables,
    title,
    told_costs,
    verdicts,
)
from betterworker.bench.reports.rows.notes import sentence
from betterworker.bench.reports.rows.words import joined

if TYPE_CHECKING:
    from betterworker.bench.model import Machine, Run, Summary


def view(summary: Summary) -> dict[str, object]:
    """The context of ``report.html``."""
    goodput, *others = tables(summary)
    return {
        "title": title(summary),
        "about": about(summary),
        "warnings": warnings(summary),
        "workers": summary.run.study.workers,
        "answer_about": ANSWER,
        "answers": answer_cards(summary),
        "deploy": _deploy(summary),
        "diagnosed": summary.run.study.project is not None or bool(summary.costs),
        "costs_about": COSTS,
        "costs": told_costs(summary.costs),
        "nothing_found": NOTHING_FOUND,
        "looked": summary.looked,
        "conclusions": conclusions_table(summary),
        "badges": badge_rows(summary),
        "reasons": reasons(summary),
        "rules": rules(summary),
        "goodput": goodput,
        "heat": heat_rows(summary),
        "verdicts": verdicts(summary),
        "clients": clients(summary),
        "tables": others,
        "twins": twins(summary),
        "span": span(summary),
        "swept": bool(summary.swept),
        "of_time": of_time(summary),
        "gates": gates(summary),
        "sentence": sentence,
        "setups": setups(summary),
        "started": _started(summary),
        "facts": facts(summary),
        "legend": legend(summary),
    }


def about(summary: Summary) -> str:
    """One line: what was measured, when, on what."""
    study = summary.run.study
    counts = (
        f"{_counted(len(study.workers), 'worker')} on {_counted(len(study.scenarios), 'row')} of requests"
    )
    return " · ".join((counts, *_day(summary.run), *_machine(summary.run.machine)))


def warnings(summary: Summary) -> tuple[str, ...]:
    """What a reader has to know of the run before any figure; that there is none, first."""
    found = tuple(sentence(each) for each in summary.findings if each.severity != "note")
    figures = any(each.goodput is not None for each in summary.estimates) or any(
        each.latency is not None for each in summary.paced
    )
    return found if figures else ("No cell has a figure: the gates below say why.", *found)


def _deploy(summary: Summary) -> dict[str, object] | None:
    found = summary.deployment
    if found is None:
        return None
    return {
        "about": DEPLOY,
        "headline": headline(found),
        "sure": found.worker is not None and not found.unsure,
        "lines": deploy_lines(summary),
        "pasted": pasted(found),
    }


def _started(summary: Summary) -> dict[str, str]:
    """The worker of a slot, where something is told of how it was started."""
    told = {name for name, _ in setups(summary)}
    slots = {slot: worker_name(slot) for slot in summary.run.study.workers}
    return {slot: name for slot, name in slots.items() if name in told}


def _day(run: Run) -> tuple[str, ...]:
    return (f"measured {run.results[0].started_at[:10]}",) if run.results else ()


def _machine(machine: Machine) -> tuple[str, ...]:
    cpus = _counted(len(machine.cpus), "usable CPU")
    versions = [machine.python]
    if "django" in machine.packages:
        versions.append(f"Django {machine.packages['django']}")
    return (f"{machine.cpu_model or 'unknown CPU'}, {cpus}", joined(versions))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
