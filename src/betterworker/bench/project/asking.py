"""Has a project's own interpreter tell of the project."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from betterworker.bench import hops
from betterworker.bench.errors import BadInput, BenchError
from betterworker.bench.project import dotenv
from betterworker.bench.project.facts import Facts, Tries, Url
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.secrets import Mask, of_shell

T = TypeVar("T")

#: Longer than any project takes to be imported.
PATIENCE_S = 300.0
#: Of the tries: so many URLs, so long each, so long together.
MOST_TRIED, EACH_S, TRIES_S = 60, 5.0, 60.0
TAIL = 8
_BOOT = Path(__file__).with_name("inside") / "boot.py"
_OTHER = 'If the project has another: --python PATH of init and check, or python = "…" in [project].'


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to ask: ``folder`` holds manage.py, ``env`` is added to the environment, ``hosts`` are other
    machines whose databases may be read. ``secrets`` are kept out of what is told of errors."""

    python: str
    folder: Path
    settings: str
    env: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, file: ProjectFile) -> Place:
        return cls(
            python=file.python,
            folder=file.folder,
            settings=file.settings,
            env=file.env,
            hosts=file.hosts,
            secrets=file.secrets,
        )


class _Reply(msgspec.Struct):
    """``variable`` of the environment and ``missing`` module: what the project seems to lack. ``secrets`` are
    values of its settings."""

    answer: msgspec.Raw = msgspec.Raw()
    error: str | None = None
    variable: str | None = None
    missing: str | None = None
    secrets: tuple[str, ...] = ()


def ask(place: Place) -> Facts:
    """Raises BadInput for settings that cannot be used."""
    facts, secrets = _told(place, "facts", {"settings": place.settings, "hosts": place.hosts}, Facts)
    known = _mask(place, secrets)
    mask = known.maybe
    return replace(
        facts,
        databases=tuple(replace(each, name=known(each.name)) for each in facts.databases),
        urls=tuple(_without_secrets(url, known) for url in facts.urls),
        secrets=(*secrets, *dotenv.secrets(place.folder, place.settings)),
        wsgi_problem=mask(facts.wsgi_problem),
        asgi_problem=mask(facts.asgi_problem),
        urls_problem=mask(facts.urls_problem),
        unreachable=mask(facts.unreachable),
    )


def _without_secrets(url: Url, mask: Mask) -> Url:
    """A bot's address has its token in it, mostly: it is nothing to be tried."""
    pattern = mask(url.pattern)
    return url if pattern == url.pattern else replace(url, pattern=pattern, path=None)


def try_urls(
    place: Place,
    paths: Sequence[str],
    *,
    host: str = "localhost",
    https: bool = False,
    headers: Sequence[tuple[str, str]] = (),
    pages: int = 0,
) -> Tries:
    """GET the paths, and so many of Wagtail's pages, in the project's process; nothing is written."""
    order = {
        "paths": list(paths),
        "host": host,
        "https": https,
        "headers": list(headers),
        "hosts": place.hosts,
        "pages": pages,
        "most": MOST_TRIED,
        "each_s": EACH_S,
        "all_s": TRIES_S,
    }
    tries, secrets = _told(place, "tries", order, Tries)
    mask = _mask(place, secrets).maybe
    return replace(
        tries,
        tried=tuple(
            replace(each, raised=mask(each.raised), refused=mask(each.refused)) for each in tries.tried
        ),
        pages_problem=mask(tries.pages_problem),
    )


def count_hops(place: Place) -> hops.Facts:
    """Of requests through its middleware to views of ours. Raises BadInput for what cannot be counted."""
    facts, secrets = _told(place, "hops", {"hosts": place.hosts}, hops.Facts)
    mask = _mask(place, secrets).maybe
    requests = tuple(replace(each, stopped=mask(each.stopped)) for each in facts.requests)
    return replace(facts, urls=mask(facts.urls), requests=requests)


def told(place: Place, job: str, order: object, kind: type[T], *, patience_s: float = PATIENCE_S) -> T:
    """The answer of a job of ``inside``. Raises BadInput for what the project lacks, BenchError else."""
    return _told(place, job, order, kind, patience_s=patience_s)[0]


def _told(
    place: Place, job: str, order: object, kind: type[T], *, patience_s: float = PATIENCE_S
) -> tuple[T, tuple[str, ...]]:
    """With the secrets of the settings, which may be in the answer."""
    # A file: a program that the project leaves behind would keep a pipe open, and us waiting.
    with tempfile.TemporaryFile() as said:
        done = _run(place, job, order, patience_s, said)
        said.seek(0)
        return _answer(place, done, said.read().decode(errors="replace"), kind)


def _run(
    place: Place, job: str, order: object, patience_s: float, said: IO[bytes]
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [place.python, str(_BOOT), job, place.settings, str(os.getpid())],
            cwd=place.folder,
            env=environment(place),
            input=msgspec.json.encode(order),
            stdout=subprocess.PIPE,
            stderr=said,
            timeout=patience_s,
            check=False,
        )
    except OSError as error:
        raise BadInput(f"{place.python} cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        waits = f"{place.settings} was not done within {patience_s:.0f} s: something in it waits."
        raise BenchError(waits) from error


def environment(place: Place) -> dict[str, str]:
    """The user's own, with the project's; nothing is left behind in the project's folders."""
    ours = {"DJANGO_SETTINGS_MODULE": place.settings, "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **place.env, **ours}


def _mask(place: Place, secrets: Iterable[str] = ()) -> Mask:
    own = dotenv.secrets(place.folder, place.settings)
    names = (place.settings, place.settings.partition(".")[0])
    return Mask((*place.secrets, *of_shell(os.environ), *own, *secrets), harmless=names)


def _answer(
    place: Place, done: subprocess.CompletedProcess[bytes], said: str, kind: type[T]
) -> tuple[T, tuple[str, ...]]:
    secrets: tuple[str, ...] = ()
    try:
        reply = msgspec.json.decode(done.stdout, type=_Reply)
        secrets = reply.secrets
        if reply.error is None:
            return msgspec.json.decode(reply.answer, type=kind), secrets
    except msgspec.DecodeError as error:
        if "SyntaxError: future feature annotations" in said:
            older = f"Projects are measured on Python 3.9 or later; {place.python} is older. {_OTHER}"
            raise BadInput(older) from error
        tail = "\n".join(_mask(place, secrets)(said).splitlines()[-TAIL:]) or _speechless(place)
        crashed = f"{place.settings} could not be asked (status {done.returncode}):\n{tail}"
        raise BenchError(crashed) from error
    raise BadInput("\n".join([_mask(place, secrets)(reply.error), *_hints(place, reply)]))


def _speechless(place: Place) -> str:
    return (
        f"{place.python} ended without a word. It may be no Python, or something in the project ends the "
        f"process (os._exit). {_OTHER}"
    )


def _hints(place: Place, reply: _Reply) -> list[str]:
    if reply.missing:
        return [f"The interpreter was {place.python}. {_OTHER}"]
    if reply.variable is None:
        return []
    files = [name for name in dotenv.NAMES if (place.folder / name).is_file()]
    file = files[0] if files else ".env"
    written = f'in [project] env_file = "{file}" or env = {{ {reply.variable} = "…" }}'
    options = f"init's --env-file {file} or --env {reply.variable}=…"
    return [f"It needs {reply.variable} in its environment: {options}; {written}."]
