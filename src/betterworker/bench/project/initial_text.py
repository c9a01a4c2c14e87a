"""What ``betterworker init`` says: what was found, what was tried, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from betterworker.bench.project import safety
from betterworker.bench.project.choosing import path_of
from betterworker.bench.project.initial import Beginning, Outcome

#: So many URLs that were not taken are named.
NAMED = 25


def found_lines(begun: Beginning) -> Iterator[str]:
    file, facts = begun.file, begun.facts
    yield f"Found {file.name} in {file.folder}"
    yield f"  interpreter      {file.python} (Python {facts.python}, Django {facts.django})"
    yield f"  settings         {file.settings}{', DEBUG is on' if facts.debug else ''}"
    for module, names in begun.elsewhere.items():
        verb = "name" if len(names) > 1 else "names"
        yield f"{'':19}{' and '.join(names)} {verb} {module}: --settings {module} measures that"
    yield f"  WSGI             {file.wsgi or _indented(facts.wsgi_problem)}"
    yield f"  ASGI             {file.asgi or _indented(facts.asgi_problem)}"
    for line in safety.pointed(facts):
        what, _, where = line.partition(": ")
        yield f"  {what:<16} {where}"
    yield f"  hosts            {_hosts(begun)}"
    if begun.today:
        yield f"  today            {begun.today}"


def _hosts(begun: Beginning) -> str:
    allowed = ", ".join(begun.facts.allowed_hosts) or "none"
    return f"ALLOWED_HOSTS: {allowed}; requests say Host: {begun.file.host}"


def _indented(problem: str | None) -> str:
    return f"\n{' ' * 19}".join((problem or "none").splitlines())


def workers_lines(begun: Beginning, workers: Sequence[str], cannot: Mapping[str, str]) -> Iterator[str]:
    beside = ", beside what it runs on today" if begun.file.baseline else ""
    yield f"Workers: {', '.join(workers) or 'none'}{beside}"
    for name, why in cannot.items():
        yield f"  not {name}: {why}"


def chosen_lines(outcome: Outcome) -> Iterator[str]:
    tried = {each.path: each for each in outcome.tries.tried}
    yield f"{len(tried)} URL{'s' * (len(tried) != 1)} tried in the project's own process, without a server."
    width = max((len(spec.path) for spec in outcome.file.requests), default=0)
    for spec in outcome.file.requests:
        each = tried.get(path_of(spec) or "")
        answer = (
            f"{each.status} {each.content_type}, {each.length:,} B, {each.ms:.1f} ms" if each else "not tried"
        )
        yield f"  {spec.method} {spec.path:<{width}}  {answer}"
    if outcome.file.https:
        yield "It sends requests on to HTTPS: https = true, as if a proxy had ended TLS."


def left_lines(outcome: Outcome) -> Iterator[str]:
    """Also written into the file."""
    for path, reason in outcome.left[:NAMED]:
        yield f"{path}: {reason}"
    if len(outcome.left) > NAMED:
        yield f"and {len(outcome.left) - NAMED} more"
    if outcome.tries.pages_problem:
        yield f"Wagtail's pages could not be read: {outcome.tries.pages_problem}"


def variables_lines(names: Collection[str]) -> Iterator[str]:
    if names:
        yield f"Values that may be secret are not in the file: export {' '.join(names)} before a run."


def before_a_run(begun: Beginning, outcome: Outcome) -> Iterator[str]:
    """What keeps a run from being begun, or is to be known of it."""
    told = safety.told(begun.facts, outcome.file)
    yield from (*told.warnings, *told.refusals)
