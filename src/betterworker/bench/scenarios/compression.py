"""A view that computes: 27 kB of JSON through Brotli at its default quality."""

from __future__ import annotations

from betterworker.bench.model import Mode, Reply, Scenario
from betterworker.bench.scenarios.answers import answer, json_list

POSTS = 100


def is_brotli(reply: Reply) -> str | None:
    said = reply.headers.get("content-encoding")
    return None if said == "br" else f"Content-Encoding is {said!r}, not 'br'"


def unbrotli(body: bytes) -> bytes:
    import brotli  # only the check of this scenario needs it

    try:
        decoded: bytes = brotli.decompress(body)
    except brotli.error as error:
        raise ValueError(f"not Brotli: {error}") from error
    return decoded


def brotli_posts(mode: Mode) -> Scenario:
    return Scenario(
        name="brotli",
        mode=mode,
        path=f"/{mode}/brotli",
        effort="cpu",
        check=answer(mode, "brotli", is_brotli, json_list(POSTS, unbrotli)),
        about="compresses 27 kB of JSON at Brotli's default quality: CPU-bound",
    )
