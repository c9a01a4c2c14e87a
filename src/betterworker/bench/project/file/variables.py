"""``${NAME}`` in the file's strings, the file of variables, and what of it all is secret."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file.wrong import Key, Wrong
from betterworker.bench.project.nouns import Login, ProjectFile, RequestSpec
from betterworker.bench.project.texts import read_text

#: Shorter ones would be found everywhere.
SHORTEST_SECRET = 4
#: Variables whose values are no secrets, and words that say nothing.
OPEN_NAMES = frozenset(
    {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PATH", "LANG", "TZ", "HOST", "PORT", "DEBUG"}
)
OPEN_VALUES = frozenset({"true", "false", "none", "null", "localhost", "127.0.0.1"})
SECRET_NAME = re.compile(r"secret|passw|token|credential|auth|cookie|session|key\b|dsn", re.IGNORECASE)

_VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_AUTHORIZATION = re.compile(r"(?:basic|bearer|digest|token|jwt|api-?key) +(.+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Variables:
    """Those known, and the values ``used`` so far."""

    def __init__(self, known: Mapping[str, str], where: str) -> None:
        self.known = known
        self.where = where
        self.used: dict[str, str] = {}

    def expanded(self, value: object, key: Key) -> object:
        """With every ``${NAME}`` in its strings replaced; ``$${`` is a plain ``${``. Raises Wrong."""
        if isinstance(value, str):
            return _VARIABLE.sub(lambda found: self._value(found, key), value)
        if isinstance(value, list):
            return [self.expanded(part, key) for part in value]
        if isinstance(value, dict):
            return {name: self.expanded(part, (*key, name)) for name, part in value.items()}
        return value

    def _value(self, found: re.Match[str], key: Key) -> str:
        name = found[1]
        if name is None:
            return "${"
        if not _NAME.fullmatch(name):
            raise Wrong(key, f"${{{name}}} is no variable's name. For braces as they are write $${{{name}}}.")
        if name not in self.known:
            raise Wrong(key, f"${{{name}}} is not set: export {name}=… {self.where}")
        self.used[name] = self.known[name]
        return self.known[name]


def of_file(path: Path, key: Key) -> dict[str, str]:
    """The variables of a file as dotenv programs read it; raises Wrong."""
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(key, f"{path} cannot be read: {error}") from error
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            # The line itself may be half of a secret.
            raise Wrong(key, f"{path}, line {binding.original.line}: not NAME=value")
    return {name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()}


def env_file(path: Path) -> dict[str, str]:
    """As :func:`of_file`; raises BadInput."""
    try:
        return of_file(path, ())
    except Wrong as wrong:
        raise BadInput(wrong.what) from wrong


def secret_of(env: Mapping[str, str]) -> tuple[str, ...]:
    """Those of variables given one by one that are secret, by their names, and the passwords in addresses."""
    return secrets([*secret_named(env), *passwords(env)])


def secret_values(variables: Mapping[str, str]) -> Iterable[str]:
    return (value for name, value in variables.items() if name not in OPEN_NAMES)


def secret_named(table: Mapping[str, str]) -> Iterable[str]:
    return (value for name, value in table.items() if SECRET_NAME.search(name))


def passwords(table: Mapping[str, str]) -> Iterable[str]:
    """Those in addresses, as of databases."""
    return (password for value in table.values() if (password := _password(value)))


def of_request(spec: RequestSpec) -> Iterable[str]:
    """What a request sends that a log must not show."""
    yield from (value for name, value in spec.headers if SECRET_NAME.search(name))
    yield from spec.cookies.values()
    for row in spec.values:
        yield from secret_named(row)


def of_login(login: Login | None) -> Iterable[str]:
    return login.fields.values() if login else ()


def all_secrets(
    file: ProjectFile, given: Iterable[Mapping[str, str]], own: Mapping[str, str]
) -> tuple[str, ...]:
    """Those of a file; ``given`` are variables from outside it, ``own`` those that stand in it."""
    parts = (
        *map(secret_values, given),
        secret_named(own),
        passwords(own),
        of_login(file.login),
        *map(of_request, file.requests),
    )
    return secrets(itertools.chain(*parts))


def secrets(values: Iterable[str]) -> tuple[str, ...]:
    """Each once, with the secret parts of a URL and of an Authorization header; in order of the text."""
    parts = {part for value in values for part in _parts(value)}
    return tuple(sorted(part for part in parts if _counts(part)))


def _counts(value: str) -> bool:
    return len(value) >= SHORTEST_SECRET and value.lower() not in OPEN_VALUES


def _parts(value: str) -> Iterable[str]:
    yield value
    if found := _AUTHORIZATION.fullmatch(value):
        yield found[1]
    password = _password(value)
    if password:
        yield from (password, unquote(password))


def _password(value: str) -> str | None:
    try:
        return urlsplit(value).password
    except ValueError:
        return None
