"""Which application a command serves, and the measured one in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from betterworker.bench.errors import BadInput
from betterworker.bench.model import Interface, Launch
from betterworker.bench.project.nouns import ProjectFile

#: They stand in a command for the paths of a Launch.
WSGI, ASGI = "\ue001wsgi", "\ue001asgi"
_PATH = re.compile(r"[A-Za-z_][\w./]*(?::[A-Za-z_][\w.]*(?:\(.*\))?)?")
#: uWSGI names its application in an option.
_MODULE = ("--module", "-w", "--wsgi")
_FILE = ("--wsgi-file", "--file")


def application(
    server: str, words: Sequence[str], own: str | int | None, file: ProjectFile
) -> tuple[Interface, tuple[str, ...]]:
    """The interface of the project's application that is served, and the words with a mark in its place.

    ``own`` is the path in the server's own file. Raises BadInput where it is not the project's.
    """
    paths: dict[str, Interface] = {}
    if file.wsgi:
        paths[file.wsgi] = "wsgi"
    if file.asgi:
        paths[file.asgi] = "asgi"
    left = list(_as_modules(words)) if server == "uwsgi" else list(words)
    found = [(place, paths[path]) for place, word in enumerate(left) if (path := normal(word)) in paths]
    if found:
        place, interface = found[-1]
        left[place] = _prefix(left[place]) + (WSGI if interface == "wsgi" else ASGI)
        return interface, tuple(left)
    if isinstance(own, str) and (interface_ := paths.get(normal(own))):
        return interface_, (*left, WSGI if interface_ == "wsgi" else ASGI)
    raise BadInput(_not_ours(left, own, file))


def normal(word: str) -> str:
    """``mysite.wsgi``, ``mysite/wsgi.py``, ``wsgi:mysite.wsgi:application`` -> ``mysite.wsgi:application``"""
    text = re.sub(r"^(--module=|-w=|--wsgi=)", "", word)
    text = re.sub(r"^(asgi|wsgi|file):(?=.*[.:/])", "", text)
    module, _, name = text.partition(":")
    if "/" in module or module.endswith(".py"):
        module = module.removeprefix("./").removesuffix(".py").replace("/", ".")
    return f"{module}:{name or 'application'}"


def served(words: Sequence[str], launch: Launch) -> tuple[str, ...]:
    """With the paths of a Launch where the marks are."""
    return tuple(word.replace(WSGI, launch.wsgi).replace(ASGI, launch.asgi) for word in words)


def _prefix(word: str) -> str:
    """What stands before the path in one word: an option, or hypercorn's kind of application."""
    found = re.match(r"(--module=|--wsgi=|(?:asgi|wsgi):(?=.*[.:/]))", word)
    return found[0] if found else ""


def _as_modules(words: Sequence[str]) -> Iterator[str]:
    """uWSGI's ``--wsgi-file mysite/wsgi.py`` as ``--module=mysite/wsgi.py``: one word for all ways."""
    waiting = iter(words)
    for word in waiting:
        name, equals, text = word.partition("=")
        if name in (*_FILE, *_MODULE):
            yield f"--module={text if equals else next(waiting, '')}"
        else:
            yield word


def _not_ours(words: Sequence[str], own: object, file: ProjectFile) -> str:
    texts = (str(own or ""), *words)
    named = [text for text in texts if not text.startswith("-") and "." in text and _PATH.fullmatch(text)]
    ours = " or ".join(path for path in (file.wsgi, file.asgi) if path)
    if not named:
        return f"The baseline names no application: write it into the command, as {ours}."
    return f"The baseline serves {named[-1]}, and not the project's own: {ours}."
