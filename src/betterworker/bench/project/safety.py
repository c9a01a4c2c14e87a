"""What requests to the project may touch: told before anything is sent, refused where nobody allowed it.
Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from betterworker.bench.errors import BadInput
from betterworker.bench.model.projects import Cache, Database
from betterworker.bench.project.facts import Facts, Mailer
from betterworker.bench.project.inside.here import is_here, strangers
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.reaching import hindrances

#: The end of an e-mail backend that sends mail by a server of its settings.
SMTP = "smtp.EmailBackend"
#: Those that send none; any other may, as a mailing service's.
QUIET = tuple(
    f"django.core.mail.backends.{each}.EmailBackend" for each in ("console", "dummy", "filebased", "locmem")
)
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """``lines`` say what is there, ``warnings`` what to know of it, ``refusals`` why nothing is sent, with
    the line to write."""

    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    refusals: tuple[str, ...]

    def require(self, file: ProjectFile) -> None:
        """Raises BadInput with every refusal."""
        if self.refusals:
            raise BadInput(f"Nothing was sent. In {file.path.name}:\n" + "\n".join(self.refusals))


def told(facts: Facts, file: ProjectFile) -> Told:
    return Told(
        lines=tuple(_lines(facts, file)),
        warnings=(*_warnings(facts), *hindrances(facts, file)),
        refusals=tuple(_refusals(facts, file)),
    )


def pointed(facts: Facts) -> tuple[str, ...]:
    """What the settings point to: databases, caches, e-mail."""
    return tuple(_pointed(facts))


def _lines(facts: Facts, file: ProjectFile) -> Iterator[str]:
    yield f"{file.name}: settings {file.settings}, Django {facts.django} on Python {facts.python}"
    yield from _pointed(facts)
    yield f"requests: {len(file.requests)}, with Host {file.host}{' as behind HTTPS' if file.https else ''}"


def _pointed(facts: Facts) -> Iterator[str]:
    for database in facts.databases:
        yield f"database {database.alias}: {_database(database)}"
    for cache in facts.caches:
        yield f"cache {cache.alias}: {_cache(cache)}"
    for mailer in facts.mailers:
        yield f"e-mail{'' if mailer.alias == 'default' else f' {mailer.alias}'}: {_email(mailer)}"


def _warnings(facts: Facts) -> Iterator[str]:
    if facts.debug:
        yield "DEBUG is on: every query is kept in memory, and figures are not those of production."
    if sending := [_email(mailer) for mailer in facts.mailers if _sends(mailer)]:
        yield f"A view that sends mail will send it, through {_few(sending)}."
    if facts.unapplied:
        yield f"Migrations are not applied ({_few(facts.unapplied)}): python manage.py migrate"
    if facts.unreachable:
        yield f"The database does not answer: {facts.unreachable}"
    for setting, host in facts.elsewhere:
        if not is_here(host):
            yield f"{setting} points to {host}: what a view does there, it does for every request."


def _sends(mailer: Mailer) -> bool:
    """A server here is Django's default, where mostly nobody listens."""
    if mailer.backend.endswith(SMTP):
        return not is_here(mailer.host)
    return mailer.backend not in QUIET


def _refusals(facts: Facts, file: ProjectFile) -> Iterator[str]:
    writing = [f"{spec.method} {spec.path} ({spec.name})" for spec in file.requests if spec.writes]
    if writing and not file.writes:
        yield (
            f"Requests that write are sent thousands of times: {_few(writing)}. Measure them on data that "
            "may change, and allow them in [project]: writes = true"
        )
    unnamed = _unnamed(facts, file)
    if unnamed:
        found = "; ".join(f"{what} is on {host}" for host, what in unnamed.items())
        named = ", ".join(f'"{host}"' for host in dict.fromkeys((*file.hosts, *unnamed)))
        yield (
            f"{found}: another machine's, which the load would hit. If it may, name it in [project]: "
            f"hosts = [{named}]"
        )


def _unnamed(facts: Facts, file: ProjectFile) -> dict[str, str]:
    """Hosts elsewhere that the file does not name, with what is there."""
    databases = ((each.host, f"database {each.alias}") for each in facts.databases)
    caches = ((host, f"cache {each.alias}") for each in facts.caches for host in each.hosts)
    return {host: what for hosts, what in (*databases, *caches) for host in strangers(hosts, file.hosts)}


def _database(database: Database) -> str:
    engine = database.engine.rpartition(".")[2]
    if not database.name:
        return engine
    where = f" at {database.host}{f':{database.port}' if database.port else ''}" if database.host else ""
    return f"{engine}, {database.name}{where}"


def _cache(cache: Cache) -> str:
    backend = cache.backend.rpartition(".")[2]
    return f"{backend} at {', '.join(cache.hosts)}" if cache.hosts else backend


def _email(mailer: Mailer) -> str:
    backend = ".".join(mailer.backend.split(".")[-2:])
    return f"{backend} at {mailer.host}" if mailer.backend.endswith(SMTP) else backend


def _few(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
