"""From a folder to what a betterworker.toml says: found, asked, tried, chosen."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from betterworker.bench.errors import BadInput
from betterworker.bench.project import choosing, sources
from betterworker.bench.project.asking import Place, ask, try_urls
from betterworker.bench.project.choosing import Chosen
from betterworker.bench.project.deploy import baseline
from betterworker.bench.project.deploy import found as deployed
from betterworker.bench.project.facts import Facts, Tries
from betterworker.bench.project.file.variables import of_file, passwords, secret_named, secret_values, secrets
from betterworker.bench.project.file.wrong import Wrong
from betterworker.bench.project.finding import Found, find
from betterworker.bench.project.nouns import ProjectFile, RequestSpec
from betterworker.bench.project.secrets import Mask, of_shell
from betterworker.bench.project.settings_module import others

#: Of a Wagtail site.
PAGES = 5
#: Sent with every request that looks as if it came through a proxy.
PROXY_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the reader says of the project; what is None is looked for. ``path`` is of the file to write,
    ``env`` from the command line, ``hosts`` are other machines that may be
    asked, ``source`` has requests that were read from a log or a document."""

    start: Path
    path: Path
    folder: Path | None = None
    settings: str | None = None
    python: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    env_file: Path | None = None
    hosts: tuple[str, ...] = ()
    source: sources.Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A project that is known, and of which nothing was tried yet. ``place`` is where it is asked;
    ``today`` says what it runs on, or why that cannot be a baseline; ``mask`` hides what its environment
    holds; ``elsewhere`` are other settings that its applications name, with the names of their files."""

    file: ProjectFile
    facts: Facts
    place: Place
    mask: Mask
    today: str | None
    elsewhere: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``file`` has the requests; ``left`` says of other URLs why they were not taken: path and reason."""

    file: ProjectFile
    tries: Tries
    left: tuple[tuple[str, str], ...]


def begin(wish: Wish) -> Beginning:
    """Raises BadInput for what keeps the project from being measured at all."""
    variables = _variables(wish.env_file) if wish.env_file else {}
    env = {**{name: text for name, text in variables.items() if name not in os.environ}, **wish.env}
    environ = {**os.environ, **env}
    found = find(wish.start, folder=wish.folder, settings=wish.settings, python=wish.python, environ=environ)
    hidden = secrets((*secret_values(variables), *secret_named(wish.env), *passwords(wish.env)))
    place = Place(
        python=found.python,
        folder=found.folder,
        settings=found.settings,
        env=env,
        hosts=wish.hosts,
        secrets=hidden,
    )
    facts = ask(place)
    place = replace(place, secrets=(*hidden, *facts.secrets))
    if facts.urls_problem:
        raise BadInput(f"The project's URLs cannot be imported:\n{facts.urls_problem}")
    file, today = _with_baseline(_file(wish, found, facts), place)
    mask = Mask((*place.secrets, *of_shell(os.environ)), harmless=(file.settings, file.name, file.host))
    return Beginning(
        file=file,
        facts=facts,
        place=place,
        mask=mask,
        today=today and mask(today),
        # Who names settings knows of them.
        elsewhere={} if wish.settings else others(file.folder, (file.wsgi, file.asgi), file.settings),
    )


def _variables(path: Path) -> Mapping[str, str]:
    try:
        return of_file(path, ("env_file",))
    except Wrong as error:
        raise BadInput(error.what) from error


def _with_baseline(file: ProjectFile, place: Place) -> tuple[ProjectFile, str | None]:
    command = deployed.found(file.folder)
    if command is None:
        return file, None
    try:
        baseline.parse(command.command, replace(file, env=place.env), at=command.source.parent)
    except BadInput as error:
        return file, f"{command.command} ({command.source.name}) is no baseline: {error}"
    if command.source.parent == file.folder:
        file = replace(file, baseline=command.command)
    # Else it is written for another folder: a run finds it there.
    return file, f"{command.command} ({command.source.name})"


def _file(wish: Wish, found: Found, facts: Facts) -> ProjectFile:
    return ProjectFile(
        path=wish.path,
        folder=found.folder,
        python=found.python,
        settings=found.settings,
        wsgi=facts.wsgi,
        asgi=facts.asgi,
        env=wish.env,
        env_file=wish.env_file.absolute() if wish.env_file else None,
        secrets=secrets((*secret_named(wish.env), *passwords(wish.env))),
        host=choosing.host_for(facts),
        hosts=wish.hosts,
    )


def complete(begun: Beginning, wanted: Sequence[RequestSpec] = ()) -> Outcome:
    """The file with the requests that answer: those wanted, or else a few of the project's URLs."""
    chosen, tries, https = _of_source(begun, wanted) if wanted else _of_project(begun)
    headers = _headers(begun.facts) if https else ()
    requests = tuple(replace(spec, headers=(*spec.headers, *headers)) for spec in chosen.requests)
    return Outcome(
        file=replace(begun.file, https=https, requests=requests),
        tries=tries,
        left=tuple((path, begun.mask(reason)) for path, reason in chosen.left),
    )


def _of_source(begun: Beginning, wanted: Sequence[RequestSpec]) -> tuple[Chosen, Tries, bool]:
    safe = choosing.safe(wanted, begun.facts)
    tries, https = _tried(begun, choosing.paths_of(safe.requests), pages=0)
    chosen = choosing.of_wanted(safe.requests, begun.facts, tries, host=begun.file.host)
    return replace(chosen, left=(*chosen.left, *safe.left)), tries, https


def _of_project(begun: Beginning) -> tuple[Chosen, Tries, bool]:
    candidates = choosing.candidates(begun.facts)
    tries, https = _tried(begun, candidates.paths, pages=PAGES)
    chosen = choosing.choose(begun.facts, tries, host=begun.file.host)
    return replace(chosen, left=(*chosen.left, *candidates.left)), tries, https


def _tried(begun: Beginning, paths: Sequence[str], *, pages: int) -> tuple[Tries, bool]:
    """The answers; and whether they were asked for as behind HTTPS, as some projects demand it."""
    host, facts = begun.file.host, begun.facts
    if not facts.ssl_redirect:
        tries = try_urls(begun.place, paths, host=host, pages=pages)
        if not choosing.needs_https(tries):
            return tries, False
    return try_urls(begun.place, paths, host=host, https=True, headers=_headers(facts), pages=pages), True


def _headers(facts: Facts) -> tuple[tuple[str, str], ...]:
    """By which this project knows HTTPS, where it is not the usual one."""
    if facts.ssl_header is None or facts.ssl_header == PROXY_HEADER:
        return ()
    name, value = facts.ssl_header
    return ((name.removeprefix("HTTP_").replace("_", "-").title(), value),)
