"""The command a project runs on today, as its Procfile or its Dockerfile has it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench.errors import BadInput
from betterworker.bench.project.deploy import shell
from betterworker.bench.project.deploy.reading import of_servers, server_of, with_variables
from betterworker.bench.project.texts import read_text

_PROCFILE = ("Procfile",)
_DOCKERFILES = ("Dockerfile", "Containerfile")
_WEB = re.compile(r"web\s*:\s*(\S.*)")
_SHELL = ("/bin/sh", "-c")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(:?-[^{}]*)?\}|(\w+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A server's own command, without what comes before it. Of its variables only those that servers read are
    left: settings and secrets are what [project] says. It is written for the folder of its ``source``."""

    command: str
    source: Path


def found(folder: Path) -> Found | None:
    """The first command of a known server: in the folder, then above it up to the repository's root."""
    for place in _upwards(folder):
        for name in (*_PROCFILE, *_DOCKERFILES):
            file = place / name
            command = _of_server(_command(file), place)
            if command is not None:
                return Found(command=command, source=file)
    return None


def home(folder: Path, of_file: Path) -> Path:
    """Where a Procfile or a Dockerfile lies, or would: that which is nearest, the repository's root, or the
    folder of betterworker.toml where no repository holds it. ``folder`` is manage.py's."""
    places = tuple(_upwards(folder))
    for place in places:
        if any((place / name).is_file() for name in (*_PROCFILE, *_DOCKERFILES)):
            return place
    in_repository = (places[-1] / ".git").exists()
    return places[-1] if in_repository or not folder.is_relative_to(of_file) else of_file


def _upwards(folder: Path) -> Iterator[Path]:
    """A folder that no repository holds is looked at alone: what lies above may be anybody's."""
    places = (folder, *folder.parents)
    root = next((depth for depth, place in enumerate(places) if (place / ".git").exists()), 0)
    yield from places[: root + 1]


def _command(file: Path) -> str | None:
    try:
        text = read_text(file)
    except (OSError, UnicodeDecodeError):
        return None
    return of_procfile(text) if file.name in _PROCFILE else of_dockerfile(text)


def _of_server(command: str | None, at: Path) -> str | None:
    """None where no server is known in it."""
    try:
        simple = with_variables(server_of(command or "", at))
    except BadInput:
        return None
    python = ("python",) if simple.program == "manage.py" else ()
    return shell.written((*python, *simple.words), of_servers(simple.env))


def of_procfile(text: str) -> str | None:
    return next((match[1].strip() for line in text.splitlines() if (match := _WEB.match(line))), None)


def of_dockerfile(text: str) -> str | None:
    """What a container of the last stage starts, with the variables that its server reads."""
    told: dict[str, str] = {}
    env: dict[str, str] = {}
    for name, rest in _instructions(text):
        if name == "FROM":
            told, env = {}, {}
        elif name == "ENV":
            env |= _variables(rest)
        elif name in ("CMD", "ENTRYPOINT"):
            told[name] = rest
    command = _started(told)
    if command is None:
        return None
    before = (f"{name}={shlex.quote(text)}" for name, text in of_servers(env).items())
    return " ".join((*before, _filled(command, env)))


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\s*\n", " ", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name:
            yield name.upper(), rest.strip()


def _started(told: Mapping[str, str]) -> str | None:
    """An ENTRYPOINT in the form of a list gets CMD's words; one in a shell's form gets none."""
    entry, cmd = told.get("ENTRYPOINT"), told.get("CMD")
    words, rest = _listed(entry), _listed(cmd)
    if entry is None:
        return cmd if rest is None else shlex.join(rest)
    if words is None:
        return entry
    after = rest if rest is not None else [*_SHELL, cmd] if cmd else []
    return shlex.join([*words, *after])


def _listed(rest: str | None) -> list[str] | None:
    try:
        words = json.loads(rest or "")
    except ValueError:
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _variables(rest: str) -> dict[str, str]:
    """``A=b C="d e"``, and the old form ``A b``."""
    try:
        words = shlex.split(rest)
    except ValueError:
        return {}
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return {name: text for name, _, text in (word.partition("=") for word in words)}


def _filled(command: str, env: Mapping[str, str]) -> str:
    """With the image's own variables, where the command uses them, with a default or without."""

    def value(at: re.Match[str]) -> str:
        known = env.get(at[1] or at[3])
        takes_default = not known and (at[2] or "").startswith(":")
        return at[0] if known is None or takes_default else known

    return _VARIABLE.sub(value, command)
