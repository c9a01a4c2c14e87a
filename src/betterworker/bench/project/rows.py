"""From the requests of a project's file to rows of the table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

from betterworker.bench.model import Mode, Request, Scenario, Variant
from betterworker.bench.project.expected import check
from betterworker.bench.project.naming import TRAFFIC
from betterworker.bench.project.nouns import ProjectFile, RequestSpec
from betterworker.bench.project.placeholders import filled

#: A digest must not let short secrets be guessed.
DIGEST_ROUNDS = 100_000


def scenarios(file: ProjectFile) -> dict[str, Scenario]:
    """By key, in the file's order; the row of all requests by weight last, where there are two or more."""
    rows = [_row(spec, file) for spec in file.requests]
    if len(rows) > 1:
        rows.append(_traffic(rows, file))
    return {row.key: row for row in rows}


def project_requests(file: ProjectFile) -> dict[str, str]:
    """Scenario key -> ``GET /books/{id}/``."""
    told = {f"{spec.name}:{spec.mode}": f"{spec.method} {spec.path}" for spec in file.requests}
    if len(told) > 1:
        told[_traffic_key(file)] = "all requests by weight"
    return told


def digest(file: ProjectFile) -> str:
    """In hexadecimal, of all that is sent and of what prepares it; equal for equal files."""
    sent = (file.host, file.https, file.setup, *map(_plain, file.requests), _plain(file.login))
    text = json.dumps(sent, sort_keys=True, default=_plain).encode()
    return hashlib.pbkdf2_hmac("sha256", text, b"betterworker", DIGEST_ROUNDS).hex()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return None if value is None else asdict(value)  # type: ignore[call-overload]


def _row(spec: RequestSpec, file: ProjectFile) -> Scenario:
    asked = [filled(spec, values) for values in spec.values] or [spec]
    variants = tuple(_variant(one, spec.weight / len(asked), file) for one in asked)
    first = variants[0]
    return Scenario(
        name=spec.name,
        mode=spec.mode,
        path=first.path,
        effort="light",
        check=first.check,
        about=_about(spec),
        request=first.request,
        streams=spec.streams,
        variants=variants if spec.values else (),
        varies=True,
    )


def _about(spec: RequestSpec) -> str:
    values = f", {len(spec.values):,} values" if spec.values else ""
    return f"{spec.method} {spec.path}{values}"


def _variant(spec: RequestSpec, weight: float, file: ProjectFile) -> Variant:
    return Variant(
        name=spec.name, path=spec.path, check=check(spec, file), weight=weight, request=_request(spec, file)
    )


def _request(spec: RequestSpec, file: ProjectFile) -> Request:
    return Request(
        method=spec.method,
        headers=tuple((name, _on_the_wire(value)) for name, value in _headers(spec, file)),
        body=spec.body,
        status=spec.status,
        anonymous=spec.anonymous,
    )


def _headers(spec: RequestSpec, file: ProjectFile) -> Iterator[tuple[str, str]]:
    yield "Host", file.host
    if file.https and all(name.lower() != "x-forwarded-proto" for name, _ in spec.headers):
        yield "X-Forwarded-Proto", "https"
    yield from spec.headers
    if spec.cookies:
        yield "Cookie", "; ".join(f"{name}={value}" for name, value in spec.cookies.items())


def _on_the_wire(value: str) -> str:
    """Its UTF-8 bytes, as the Latin-1 text that HTTP libraries ask for."""
    return value.encode().decode("latin-1")


def _traffic(rows: list[Scenario], file: ProjectFile) -> Scenario:
    variants = tuple(
        variant
        for row, spec in zip(rows, file.requests, strict=True)
        for variant in row.variants or (_alone(row, spec.weight),)
    )
    return replace(
        rows[0],
        name=TRAFFIC,
        mode=_traffic_mode(file),
        about="all requests by weight",
        streams=False,
        variants=variants,
    )


def _alone(row: Scenario, weight: float) -> Variant:
    return Variant(name=row.name, path=row.path, check=row.check, weight=weight, request=row.request)


def _traffic_mode(file: ProjectFile) -> Mode:
    return "async" if any(spec.mode == "async" for spec in file.requests) else "sync"


def _traffic_key(file: ProjectFile) -> str:
    return f"{TRAFFIC}:{_traffic_mode(file)}"
