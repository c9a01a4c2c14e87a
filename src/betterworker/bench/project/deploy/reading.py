"""Which server a command starts, and with which variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from betterworker.bench.errors import BadInput
from betterworker.bench.project.deploy import shell
from betterworker.bench.project.deploy.servers import ALIASES, KNOWN, Options, split, values
from betterworker.bench.project.deploy.shell import Simple
from betterworker.bench.project.nouns import ProjectFile

SETTINGS = "DJANGO_SETTINGS_MODULE"
#: Variables that only servers read: any other could lead to another database than the one that was checked.
_OF_SERVERS = re.compile(
    r"WEB_CONCURRENCY|GUNICORN_CMD_ARGS|(UVICORN|GRANIAN|UWSGI|HYPERCORN)_\w+|PYTHON(?!PATH)[A-Z]+"
)
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")


def server_of(command: str, at: Path) -> Simple:
    """The last server that is started, from its own name on. Raises BadInput where there is none."""
    every = [_past_unknown(_from_name(each)) for each in shell.commands(command, at)]
    servers = [each for each in every if is_runserver(each) or name_of(each.words)]
    if not servers:
        names = ", ".join(sorted(KNOWN))
        what = next((each.program for each in reversed(every) if each.words), "nothing")
        raise BadInput(
            f"The baseline starts {what!r}, which is no server that is known here: {names}, runserver."
        )
    return servers[-1]


def _from_name(simple: Simple) -> Simple:
    """Without the interpreter: ``python -u -m gunicorn`` -> ``gunicorn``."""
    words = list(simple.words)
    if not words or not _PYTHON.fullmatch(simple.program):
        return simple
    del words[0]
    while words and words[0].startswith("-") and words[0] != "-m":
        del words[: 2 if words[0] in ("-X", "-W") else 1]
    return replace(simple, words=tuple(words[1:] if words[:1] == ["-m"] else words))


def _past_unknown(simple: Simple) -> Simple:
    """``doppler run -- gunicorn``, ``/entrypoint.sh gunicorn``: what is not known starts a server that is."""
    if is_runserver(simple):
        return simple
    places = range(len(simple.words))
    place = next((place for place in places if name_of(simple.words[place:])), 0)
    if not place:
        return simple
    without = (*simple.without, simple.program)
    return replace(simple, words=simple.words[place:], without=without)


def name_of(words: Sequence[str]) -> str | None:
    name = PurePath(words[0]).name if words else ""
    found = ALIASES.get(name, name)
    return found if found in KNOWN else None


def is_runserver(simple: Simple) -> bool:
    return simple.program in ("manage.py", "django-admin") and "runserver" in simple.words[1:2]


def of_servers(env: Mapping[str, str]) -> dict[str, str]:
    """Of variables those that servers read; any other may be a secret."""
    return {name: text for name, text in env.items() if _OF_SERVERS.fullmatch(name)}


def with_variables(simple: Simple) -> Simple:
    """gunicorn's ``--env NAME=VALUE`` and Django's ``--settings`` are as variables before a command."""
    names = {"gunicorn": ("-e", "--env"), "manage.py": ("--settings",)}.get(simple.program, ())
    given = [each.partition("=") for each in values(simple.words, names)]
    words, _ = split(simple.words, Options(valued=names))
    told = {name: text for name, _, text in given}
    if simple.program == "manage.py" and told:
        told = {SETTINGS: list(told)[-1]}
    return replace(simple, words=words, env={**simple.env, **told})


def checked(env: Mapping[str, str], file: ProjectFile) -> dict[str, str]:
    """Of the variables before a command those that its server alone reads."""
    kept = {}
    for name, text in env.items():
        if _OF_SERVERS.fullmatch(name):
            kept[name] = text
        elif name == SETTINGS and text != file.settings:
            raise BadInput(
                f"The baseline has other settings, {text}: measure them with settings under [project]."
            )
        elif not _told_already(name, text, file):
            raise BadInput(
                f"The baseline sets {name}: give it under [project] env, so that all servers have it."
            )
    return kept


def _told_already(name: str, text: str, file: ProjectFile) -> bool:
    """Whether all servers have it: the project's folder is where modules are looked for here."""
    return name in ("PORT", SETTINGS) or (name == "PYTHONPATH" and text == ".") or file.env.get(name) == text
