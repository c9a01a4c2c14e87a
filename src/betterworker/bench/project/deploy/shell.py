"""A command as a shell, a Procfile or a Dockerfile has it: what it starts, without what only starts it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from betterworker.bench.errors import BadInput
from betterworker.bench.project.deploy import expansion
from betterworker.bench.project.texts import read_text

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_REDIRECTION = re.compile(r"(?<!\S)(?:\d|&)?[<>]{1,2}&?\s*[^\s;&|<>]+")
_WORKED_OUT = re.compile(r"\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`")
#: Stands for what a shell would work out: a character that no command has.
_UNKNOWN = "\ue000"
_OPERATOR = re.compile(r"[;&|()<>]+")
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
#: They start what follows them, and change nothing about it.
_STARTERS = frozenset({"exec", "nohup", "command", "time", "env", "dumb-init", "tini", "then", "else", "do"})
#: ``poetry run gunicorn``: it is started from the project's environment here as well.
_RUNNERS = frozenset({"poetry", "pipenv", "pdm", "rye", "uv", "hatch"})
#: Of ``uv run``, those that a value follows.
_VALUED = frozenset(
    {"--with", "--env-file", "--python", "-p", "--project", "--directory", "--extra", "--group"}
)
#: They put themselves into what they start; here it runs without them.
_TRACERS = frozenset({"newrelic-admin", "ddtrace-run", "opentelemetry-instrument", "scout-apm"})
#: A script that calls itself ends here.
_MOST_DEEP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """One program with its arguments. ``without`` names what stood before it and is left out here."""

    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        return PurePath(self.words[0]).name if self.words else ""


def commands(line: str, at: Path, deep: int = 0) -> tuple[Simple, ...]:
    """Every program that a line starts, in its order. ``at`` is where scripts lie. Raises BadInput."""
    if deep > _MOST_DEEP:
        raise BadInput(f"{line!r} starts a script that starts a script: write the server's own command.")
    return tuple(each for words in _parts(line) for each in _inner(bare(words), at, deep))


def _parts(line: str) -> Iterator[tuple[str, ...]]:
    """Between ``;``, ``&&``, ``||`` and ``|``, without redirections."""
    plain = _WORKED_OUT.sub(_UNKNOWN, line.replace("\\\n", " ").replace("\n", " ; "))
    text = _REDIRECTION.sub(" ", plain)
    try:
        lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
        lexer.whitespace_split, lexer.commenters = True, ""
        words = list(lexer)
    except ValueError as error:
        raise BadInput(f"{line!r} cannot be read as a command: {error}.") from error
    part: list[str] = []
    for word in (*words, ";"):
        if not _OPERATOR.fullmatch(word):
            part.append(word)
        elif part:
            yield tuple(part)
            part = []


def bare(words: Sequence[str]) -> Simple:
    """Without assignments, ``exec``, ``poetry run`` and the like."""
    left, env, without = list(words), {}, []
    while left:
        name = PurePath(left[0]).name
        if assigned := _ASSIGNED.fullmatch(left[0]):
            env[assigned[1]] = assigned[2]
            del left[0]
        elif name in _STARTERS:
            left = _past_options(left[1:], frozenset())
        elif name in _RUNNERS and "run" in left[1:3]:
            left = _past_options(left[left.index("run") + 1 :], _VALUED)
        elif name in _TRACERS:
            without.append(name)
            left = [word for word in _past_options(left[1:], frozenset()) if word != "run-program"]
        else:
            break
    return Simple(words=tuple(left), env=env, without=tuple(without))


def _past_options(words: Sequence[str], valued: frozenset[str]) -> list[str]:
    left = list(words)
    while left and left[0].startswith("-"):
        del left[: 2 if left[0] in valued else 1]
    return left


def _inner(simple: Simple, at: Path, deep: int) -> Iterator[Simple]:
    """What a shell or a script starts, where it is one."""
    inner = _script(simple, at)
    if inner is None:
        yield simple
        return
    # An image's entry point ends in exec "$@", which is what comes after it.
    passed = re.sub(r'"?\$[@*]"?', lambda _found: shlex.join(simple.words[1:]), inner)
    for each in commands(passed, at, deep + 1):
        yield replace(each, env={**simple.env, **each.env}, without=simple.without + each.without)


def _script(simple: Simple, at: Path) -> str | None:
    """The text of ``sh -c TEXT``, of ``sh FILE`` and of a shell's script; None of any other program."""
    if simple.program in _SHELLS:
        options = [word for word in simple.words[1:] if word.startswith("-")]
        left = [word for word in simple.words[1:] if not word.startswith("-")]
        if any("c" in option.lstrip("-") for option in options if not option.startswith("--")):
            return left[0] if left else ""
        return _text(left[0], at) if left else None
    return _text(simple.words[0], at) if simple.words and "/" in simple.words[0] else None


def _text(file: str, at: Path) -> str | None:
    """Of a shell's script below ``at``; one of an image is looked for by its name too."""
    for path in (at / file.lstrip("/"), at / PurePath(file).name):
        try:
            text = read_text(path)
        except (OSError, ValueError):  # no text, or no file's name
            continue
        first, _, rest = text.partition("\n")
        shell = re.match(r"#!.*?\b(?:ba|da|z|a)?sh\b", first)
        if shell or path.suffix == ".sh":
            lines = (rest if shell else text).splitlines()
            return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return None


def expanded(word: str, env: Mapping[str, str]) -> str:
    """With its variables' values, as a shell fills them in. Raises BadInput for one that has none."""
    if _UNKNOWN in word:
        raise BadInput(
            "A part of the command in $(…) is worked out by a shell: write its value in its place."
        )
    return expansion.expanded(word, env)


def written(words: Sequence[str], env: Mapping[str, str]) -> str:
    """As it is typed; variables stay what they are."""
    return " ".join((*(f"{name}={shlex.quote(text)}" for name, text in env.items()), *map(_word, words)))


def _word(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./${}-]+", word) else shlex.quote(word)
