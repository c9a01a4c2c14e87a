"""Requests from a HAR file: what a browser sent, without what is secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file.requests import wrong_header
from betterworker.bench.project.nouns import RequestSpec
from betterworker.bench.project.sources.patterns import cleaned
from betterworker.bench.project.sources.taken import (
    MOST_REQUESTS,
    SECRET,
    Found,
    holds_secret,
    is_static,
    named,
    split,
    told,
    told_headers,
)
from betterworker.bench.project.texts import read_bytes

#: Headers that may change the answer and say nothing of who asks.
OPEN_HEADERS = frozenset(
    (
        *("accept", "accept-encoding", "accept-language", "x-requested-with"),
        # Of htmx, those that have no address of a page in them, nor what a visitor has typed.
        *("hx-request", "hx-target", "hx-trigger", "hx-boosted"),
    )
)
#: Left out without a word: what every browser sends, and HTTP/2's own.
USUAL = (
    *(
        "accept",
        ":",
        "host",
        "connection",
        "user-agent",
        "referer",
        "origin",
        "sec-",
        "dnt",
        "te",
        "cache-control",
    ),
    *("pragma", "upgrade", "if-", "priority", "content-"),
)


class Header(msgspec.Struct):
    name: str
    value: str


class Request(msgspec.Struct):
    method: str
    url: str
    headers: list[Header] = []


class Response(msgspec.Struct):
    status: int


class Entry(msgspec.Struct):
    request: Request
    response: Response


class Log(msgspec.Struct):
    entries: list[Entry]


class Recording(msgspec.Struct):
    """What is read of a file: bodies and cookies are passed over."""

    log: Log


Key = tuple[str, tuple[tuple[str, str], ...]]


def har(path: Path) -> Found:
    """GETs to the host of its first page; raises BadInput."""
    entries = _entries(path)
    host = next(url.netloc for each in entries if (url := split(each.request.url)))
    left_out: Counter[str] = Counter()
    masked: set[str] = set()
    counts: Counter[Key] = Counter()
    for entry in entries:
        if reason := _reason(entry, host):
            left_out[reason] += 1
        else:
            counts[_key(entry.request)] += 1
            masked |= set(_masked(entry.request))
    taken = counts.most_common(MOST_REQUESTS)
    beyond = sum(counts.values()) - sum(count for _, count in taken)
    left_out[f"beyond the {MOST_REQUESTS} most frequent"] += beyond
    return Found(requests=_specs(taken), notes=(*told_headers(masked), *told(+left_out)))


def _entries(path: Path) -> list[Entry]:
    try:
        entries = msgspec.json.decode(read_bytes(path), type=Recording).log.entries
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path} is no HAR file: {error}") from error
    if not any(split(each.request.url) for each in entries):
        raise BadInput(f"{path} has no request to a site in it: record with the network panel open.")
    return entries


def _reason(entry: Entry, host: str) -> str:
    """Why a request is not taken; empty where it is."""
    url = split(entry.request.url)
    if url is None or url.netloc != host:
        return f"to other hosts than {host.rpartition('@')[2]}"
    if entry.request.method != "GET":
        return f"{entry.request.method} (write what writes by hand, with `writes = true`)"
    if holds_secret(_path(entry.request)):
        return SECRET
    if is_static(url.path):
        return "static files, which a server before the worker gives"
    status = entry.response.status
    if status == 304 or 200 <= status < 300:
        return ""
    return f"answered {status // 100}xx" if status else "not answered"


def _path(request: Request) -> str:
    url = urlsplit(request.url)
    return cleaned((url.path or "/") + (f"?{url.query}" if url.query else ""))


def _key(request: Request) -> Key:
    kept = [
        (each.name, each.value)
        for each in request.headers
        if _is_open(each) and not wrong_header(each.name, each.value)
    ]
    return _path(request), tuple(sorted(kept))


def _masked(request: Request) -> Iterator[str]:
    return (
        each.name
        for each in request.headers
        if not _is_open(each) and not each.name.lower().startswith(USUAL)
    )


def _is_open(header: Header) -> bool:
    return header.name.lower() in OPEN_HEADERS and "://" not in header.value


def _specs(taken: Sequence[tuple[Key, int]]) -> tuple[RequestSpec, ...]:
    return named(
        RequestSpec(name="", path=path, headers=headers, weight=float(count))
        for (path, headers), count in taken
    )
