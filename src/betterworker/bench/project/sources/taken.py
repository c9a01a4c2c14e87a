"""What a source gives, and what is never taken from one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit

from betterworker.bench.project.naming import name_of, unique
from betterworker.bench.project.nouns import RequestSpec
from betterworker.bench.project.plain import one_line

#: So many rows a person still reads.
MOST_REQUESTS = 20
MOST_REASONS = 20
#: What is looked at of a text of which the beginning is shown.
LONG = 1_000

#: Names in a query; an address of a person is nobody else's either.
_SECRET = re.compile(
    r"token|passw|pwd|secret|signature|sess(ion|_?id)|(api|access)_?key|auth(?!or)|credential|otp|jwt|bearer|email"
    r"|^(key|sig|sid|code|state|hash|ticket)$",
    re.IGNORECASE,
)
SECRET = "with what looks like a token or key in the path"
_STATIC = re.compile(
    r"^/(static|media|assets)/|\.(css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|mp4)$",
    re.IGNORECASE,
)
#: A long word of letters and digits is mostly a key: of a password's reset, of a shared page.
_LONG_KEY = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_~=.%]{20,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Requests, the most frequent first, and in ``notes`` what was left out and why."""

    requests: tuple[RequestSpec, ...]
    notes: tuple[str, ...] = ()


def named(specs: Iterable[RequestSpec], taken: Iterable[str] = ()) -> tuple[RequestSpec, ...]:
    """With names of their own, made from their paths."""
    listed = list(specs)
    names = unique((spec.name or name_of(spec.method, spec.path) for spec in listed), taken)
    return tuple(replace(spec, name=name) for spec, name in zip(listed, names, strict=True))


def is_static(path: str) -> bool:
    """Served by what stands before the worker, in most sites."""
    return bool(_STATIC.search(path.partition("?")[0]))


def holds_secret(path: str) -> bool:
    """Whether a path or its query may give access to something, and so must not be stored."""
    before, _, query = path.partition("?")
    if any(_LONG_KEY.fullmatch(word) for word in re.split("[/:-]", before)):
        return True
    return any(is_secret(name) for name, _ in parse_qsl(query, keep_blank_values=True))


def is_secret(name: str) -> bool:
    """Whether what has that name in a path or a query may be."""
    return bool(_SECRET.search(name))


def told_headers(names: Iterable[str]) -> tuple[str, ...]:
    """Those that were not taken."""
    listed = sorted({shown(name).title() for name in names})
    return (f"headers left out, for they may be secret: {', '.join(listed)}",) if listed else ()


def told(counts: Counter[str], noun: str = "requests") -> tuple[str, ...]:
    """``1,234 requests left out: static files``, the most first; of many reasons the first."""
    notes = [
        f"{count:,} {noun if count > 1 else noun.removesuffix('s')} left out: {one_line(why)}"
        for why, count in counts.most_common(MOST_REASONS)
    ]
    others = len(counts) - len(notes)
    return (*notes, *([f"and more, for {others:,} other reasons"] if others else ()))


def split(url: str) -> SplitResult | None:
    """None where it is no address of a site."""
    try:
        found = urlsplit(url)
    except ValueError:
        return None
    return found if found.scheme in ("http", "https") and found.netloc else None


def shown(text: str) -> str:
    """A piece of a foreign file, short and on one line."""
    plain = one_line(unquote_plus(text[:LONG]))
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def shares(counts: Sequence[int]) -> list[float]:
    """Weights from counts: the rarest has 1, or a little less so that they are short numbers."""
    least = min(counts, default=1)
    return [float(f"{count / least:.3g}") for count in counts]
