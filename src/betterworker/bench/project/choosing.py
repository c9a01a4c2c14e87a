"""Which of a project's URLs are measured: safe GETs that answer, of different views. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from betterworker.bench.project.facts import Facts, Tried, Tries
from betterworker.bench.project.harmless import asked_may_change, may_change, of_tools
from betterworker.bench.project.naming import name_of, unique
from betterworker.bench.project.nouns import RequestSpec
from betterworker.bench.project.placeholders import filled
from betterworker.bench.project.unusable import is_log_in, to_https, why_not

MOST = 6
#: So many patterns that take arguments are named.
NAMED = 8
_PAGES = ("text/html", "application/json")
#: They answer, and are not what visitors wait for.
_LESSER = (
    "robots",
    "sitemap",
    "favicon",
    "schema",
    "openapi",
    "swagger",
    "redoc",
    "health",
    "manifest",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """``left`` says of each URL that was not taken why: path and reason."""

    requests: tuple[RequestSpec, ...]
    left: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    paths: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def host_for(facts: Facts) -> str:
    """A Host that the project answers to; the reader's own machine where it may be."""
    hosts = facts.allowed_hosts
    if not hosts or {"*", "localhost", ".localhost"}.intersection(hosts):
        return "localhost"
    if "127.0.0.1" in hosts:
        return "127.0.0.1"
    return hosts[0].lstrip(".")


def candidates(facts: Facts) -> Candidates:
    """What may be tried: paths without arguments of views that seem to change nothing."""
    paths, left = [], []
    for url in facts.urls:
        if url.path is None or of_tools(url, facts.static_paths):
            continue
        reason = may_change(url)
        if reason:
            left.append((url.path, f"not tried: {reason}"))
        else:
            paths.append(url.path)
    return Candidates(paths=tuple(dict.fromkeys(paths)), left=(*dict.fromkeys(left), *_with_arguments(facts)))


def _with_arguments(facts: Facts) -> Iterator[tuple[str, str]]:
    taking = [
        url.pattern
        for url in facts.urls
        if url.path is None and "<" in url.pattern and not of_tools(url, facts.static_paths)
    ]
    names = list(dict.fromkeys(taking))
    yield from ((name, "takes arguments: write a path with them") for name in names[:NAMED])
    if len(names) > NAMED:
        yield (f"{len(names) - NAMED} more", "take arguments")


def needs_https(tries: Tries) -> bool:
    """Whether requests are sent on to HTTPS."""
    return any(to_https(each) for each in tries.tried)


def choose(facts: Facts, tries: Tries, *, host: str, most: int = MOST) -> Chosen:
    """Of all that answer a few."""
    good, left = _sifted(facts, tries, host)
    picked = _picked(good, facts, most)
    names = unique(name_of("GET", each.path) for each in picked)
    requests = tuple(
        RequestSpec(name=name, path=each.path, mode=each.mode)
        for name, each in zip(names, picked, strict=True)
    )
    more = tuple((each.path, f"answers {each.status} too") for each in good if each not in picked)
    return Chosen(requests=requests, left=(*left, *more))


def safe(wanted: Sequence[RequestSpec], facts: Facts) -> Chosen:
    """Those of a log or a document that may be tried: a visitor meant to log out, a load does not."""
    reasons = {spec.path: asked_may_change(path_of(spec) or spec.path, facts.urls) for spec in wanted}
    left = tuple(
        (path, f'not tried: {reason}: if it may, write it by hand: [[requests]] path = "{path}"')
        for path, reason in reasons.items()
        if reason
    )
    return Chosen(requests=tuple(spec for spec in wanted if not reasons[spec.path]), left=left)


def of_wanted(wanted: Sequence[RequestSpec], facts: Facts, tries: Tries, *, host: str) -> Chosen:
    """Those of a log or a document but for what was tried and does not answer as it should."""
    tried = {each.path: each for each in tries.tried}
    reasons = {path: why_not(each, facts, host) for path, each in tried.items()}
    taken: list[RequestSpec] = []
    left: dict[str, str] = {}
    for spec in wanted:
        path = path_of(spec)
        each = tried.get(path or "")
        reason = reasons.get(path or "")
        if each is None:
            taken.append(spec)
        elif not reason or each.status == spec.status != 200:
            taken.append(replace(spec, mode=each.mode))
        else:
            left[spec.path] = reason
    return Chosen(requests=tuple(taken), left=tuple(left.items()))


def paths_of(wanted: Sequence[RequestSpec]) -> tuple[str, ...]:
    return tuple(path for spec in wanted if (path := path_of(spec)))


def path_of(spec: RequestSpec) -> str | None:
    """As it can be tried, with the first of its values; None where it writes or is not complete."""
    path = filled(spec, spec.values[0]).path if spec.values else spec.path
    return None if spec.method != "GET" or "{" in path else path


def _sifted(facts: Facts, tries: Tries, host: str) -> tuple[list[Tried], tuple[tuple[str, str], ...]]:
    """Those that can be measured, and why the others cannot."""
    reasons = {each.path: why_not(each, facts, host) for each in tries.tried}
    good = [each for each in tries.tried if not reasons[each.path]]
    left = [(path, reason) for path, reason in reasons.items() if reason]
    return good, (*left, *((path, "not tried: the time was up") for path in tries.left))


def _picked(good: Sequence[Tried], facts: Facts, most: int) -> list[Tried]:
    """One of each view, then Wagtail's pages of one kind; of every kind of content one, if there is one."""
    views: dict[str, Tried] = {}
    for each in good:
        views.setdefault(each.view or each.path, each)
    firsts = list(views.values())
    others = [each for each in good if each.origin == "wagtail" and each not in firsts]
    ordered = sorted([*firsts, *others], key=lambda each: _rank(each, first=each in firsts))
    # A form to log in is no page that many see.
    ordered = [each for each in ordered if not is_log_in(each.path, facts)] or ordered
    picked = ordered[:most]
    for kind in _PAGES:
        others = [each for each in ordered[most:] if each.content_type == kind]
        if others and not any(each.content_type == kind for each in picked):
            picked[-1] = others[0]
    return picked


def _rank(tried: Tried, *, first: bool) -> tuple[bool, bool, bool]:
    """What comes first; else the order of the URLs stays."""
    lesser = any(word in tried.path.lower() for word in _LESSER)
    return lesser, tried.content_type not in _PAGES, not first
