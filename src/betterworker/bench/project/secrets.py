"""Secrets, and the mask that keeps them out of everything that is stored or shown."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote, quote_plus, unquote

import msgspec

from betterworker.bench.model import Failure, Project, Result, Sample

HIDDEN = "•••"
#: Shorter ones would hide half of a text, and say less than they hide.
LEAST = 4
FEW = 8
#: Values of an environment that tell nobody anything.
HARMLESS = frozenset(
    {"true", "false", "none", "null", "localhost", "127.0.0.1", "0.0.0.0", "prod", "production"}
)
_SCHEME = re.compile(r"(?:basic|bearer|token|jwt|apikey|api-key|digest) +(\S+)", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/\s@:]*:([^\s@]+)@")
_COOKIE = re.compile(r"[\w-]+=([^;\s]+)(?:;|$)")

#: Variables of the reader's shell, which every server inherits: by narrower names than those of a project's
#: own file, for it has sessions and sockets of a desktop as well.
_OF_SHELL = re.compile(r"secret|passw|pwd$|token|credential|api_?key|_key$|dsn$", re.IGNORECASE)
_NOT_OF_SHELL = re.compile(r"^(old)?pwd$|_(file|path|dir)$", re.IGNORECASE)


class Mask:
    """Puts ``•••`` in place of every secret that it knows, in the forms that a log or an answer may have it.

    It learns while a study runs: what a log-in and the setup hook bring are secrets too.
    """

    def __init__(self, secrets: Iterable[str] = (), harmless: Iterable[str] = ()) -> None:
        self._harmless = HARMLESS | {text.lower() for text in harmless}
        self._known: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in self._forms(part)}
        new = {form.lower() for form in forms} - self._known
        if new:
            self._known |= new
            # Those that came last may have others in them.
            self._patterns.insert(0, re.compile(_tree(new), re.IGNORECASE))

    def __call__(self, text: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(HIDDEN, text)
        return text

    def result(self, result: Result) -> Result:
        """With every text that comes from the server or from the project masked."""
        if not self._patterns:
            return result
        return replace(
            result,
            command=tuple(map(self, result.command)),
            failure=result.failure and self._failure(result.failure),
            sample=result.sample and self._sample(result.sample),
        )

    def project(self, project: Project) -> Project:
        """Names that the project's own code has are no secrets; what else is stored of it may hold some."""
        if not self._patterns:
            return project
        plain = msgspec.to_builtins(project)
        return msgspec.convert(
            {name: value if name in _NAMES else self._all(value) for name, value in plain.items()}, Project
        )

    def _failure(self, failure: Failure) -> Failure:
        return replace(failure, reason=self(failure.reason), log_tail=self(failure.log_tail))

    def _sample(self, sample: Sample) -> Sample:
        return replace(
            sample,
            raised=self.maybe(sample.raised),
            first_reply_wrong=self.maybe(sample.first_reply_wrong),
            errors=tuple((self(text), count) for text, count in sample.errors),
        )

    def maybe(self, text: str | None) -> str | None:
        return None if text is None else self(text)

    def _all(self, value: object) -> object:
        """Every text in it but the keys of mappings."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list | tuple):
            return [self._all(each) for each in value]
        if isinstance(value, dict):
            return {key: self._all(each) for key, each in value.items()}
        return value

    def _forms(self, secret: str) -> Iterator[str]:
        """As it may be written: plain, in a URL, in JSON, in Python, in HTML, in a Basic header."""
        if len(secret) < LEAST or secret.lower() in self._harmless:
            return
        yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret))
        yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
        yield from (repr(secret)[1:-1], repr(secret.encode())[2:-1])
        yield base64.b64encode(secret.encode()).decode()


#: Of a Project: names in its code, versions, what tells two files apart, and what is masked where it is made.
_NAMES = frozenset(
    {
        "name",
        "settings",
        "wsgi",
        "asgi",
        "python",
        "django",
        "middleware",
        "packages",
        "added",
        "digest",
        "baseline",
        "folder",
        "deployed",
    }
)


def of_shell(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Secrets of the environment that we were started in, whether the project's file names them or not."""
    named = (
        value for name, value in environ.items() if _OF_SHELL.search(name) and not _NOT_OF_SHELL.search(name)
    )
    addresses = [password for value in environ.values() for password in _PASSWORD.findall(value)]
    return tuple(dict.fromkeys((*named, *addresses, *map(unquote, addresses))))


def _tree(words: Iterable[str], depth: int = LEAST) -> str:
    """A pattern of all these words, the longest first, by their first letters: there may be thousands."""
    longest = sorted(words, key=len, reverse=True)
    if not depth or len(longest) <= FEW:
        return "|".join(map(re.escape, longest))
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for word in longest:
        rests[word[0]].append(word[1:])
    return "|".join(f"{re.escape(letter)}(?:{_tree(rest, depth - 1)})" for letter, rest in rests.items())


def _parts(secret: str) -> Iterator[str]:
    """A secret, and what in it is one by itself: a header's token, a URL's password, a key's lines."""
    yield secret
    if match := _SCHEME.fullmatch(secret.strip()):
        yield match[1]
        yield from _basic(match[1])
    for password in _PASSWORD.findall(secret):
        yield password
        yield unquote(password)
    if "=" in secret:
        yield from _COOKIE.findall(secret)
    if "\n" in secret:
        yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= 2 * LEAST)


def _basic(token: str) -> Iterator[str]:
    """The password, and the pair, of a Basic header."""
    try:
        pair = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    if ":" in pair:
        yield pair
        yield pair.partition(":")[2]
