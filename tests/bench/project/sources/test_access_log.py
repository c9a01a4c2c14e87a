"""Paths and their weights, from lines of real servers' logs."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.sources import access_log, log_file
from betterworker.bench.project.sources.counting import BUCKET, Counts

COMBINED = ' "-" "Mozilla/5.0 (X11; Linux)"'


def line(path: str = "/", *, method: str = "GET", status: int = 200, more: str = "") -> bytes:
    asked = f"{method} {path} HTTP/1.1"
    return f'203.0.113.9 - ann [10/Oct/2025:13:55:36 +0000] "{asked}" {status} 2326{more}\n'.encode()


@pytest.mark.parametrize("more", ["", COMBINED, f"{COMBINED} 0.003"])
def test_the_common_formats_are_read(more: str) -> None:
    assert [spec.path for spec in access_log([line("/books/", more=more)]).requests] == ["/books/"]


def test_a_virtual_host_may_stand_before_a_line() -> None:
    assert access_log([b"www.example.com:443 " + line("/a/")]).requests[0].path == "/a/"


def test_weights_are_by_frequency_and_the_most_frequent_is_first() -> None:
    found = access_log([line("/a/")] * 2 + [line("/b/?page=2")] * 5)
    assert [(spec.name, spec.path, spec.weight) for spec in found.requests] == [
        ("b", "/b/?page=2", 2.5),
        ("a", "/a/", 1.0),
    ]


def test_numbers_and_uuids_become_values() -> None:
    uuid = "6f2a1c1e-0b7e-4a43-9d0c-0a1b2c3d4e5f"
    found = access_log([line(f"/shops/{uuid}/books/7/"), line(f"/shops/{uuid}/books/8/"), line("/v2a/")])
    assert found.requests[0].path == "/shops/{id}/books/{id2}/"
    assert found.requests[0].values == ({"id": uuid, "id2": "7"}, {"id": uuid, "id2": "8"})


def test_not_modified_counts_as_an_answer() -> None:
    assert access_log([line("/a/", status=304)]).requests[0].status == 200


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        (
            line("/b/", method="POST"),
            "1 line left out: POST (write what writes by hand, with `writes = true`)",
        ),
        (line("/b/", method="HEAD"), "1 line left out: method HEAD"),
        (line("/b/", status=404), "1 line left out: answered 4xx"),
        (line("/b/", status=502), "1 line left out: answered 5xx"),
        (line("/b/", status=301), "1 line left out: redirected"),
        (line("/static/app.js"), "1 line left out: static files, which a server before the worker gives"),
        (line("/b/?api_key=abc"), "1 line left out: with what looks like a token or key in the path"),
        (
            line("/reset/MQ/c7x2ab-0123456789abcdef0123456789abcdef/"),
            "1 line left out: with what looks like a token or key in the path",
        ),
        (line("http://other/"), "1 line left out: addressed to a proxy"),
        (b'203.0.113.9 - - [10/Oct] "\\x16\\x03" 400 0\n', "1 line left out: in neither the common nor"),
    ],
)
def test_what_is_left_out_is_told(left_out: bytes, why: str) -> None:
    found = access_log([line("/a/"), left_out])
    assert [spec.path for spec in found.requests] == ["/a/"]
    assert found.notes[0] == "1 of 2 lines of the log are in these requests"
    assert found.notes[1].startswith(why)


def test_an_author_and_a_long_slug_are_no_secrets() -> None:
    paths = ["/?author=ann", "/how-to-write-5-tests-in-2025-and-why-it-matters/"]
    assert len(access_log(map(line, paths)).requests) == 2


def test_only_the_most_frequent_are_taken() -> None:
    found = access_log(line(f"/page-{number}a/") for number in range(25))
    assert len(found.requests) == 20
    assert "5 lines left out: of paths beyond the 20 most frequent" in found.notes


def test_a_path_with_braces_has_no_placeholders() -> None:
    assert access_log([line("/{a}/")]).requests[0].path == "/%7Ba%7D/"


def test_a_long_log_is_counted_in_little_memory() -> None:
    def lines() -> Iterator[bytes]:
        for number in range(2 * BUCKET):
            yield line(f"/search/?q={number}") if number % 2 else line("/")

    found = access_log(lines())
    assert [spec.path for spec in found.requests] == ["/"]
    assert f"{BUCKET:,} lines left out: of paths that hardly ever come" in found.notes


def test_rare_numbers_still_count_for_their_pattern() -> None:
    lines = (line(f"/books/{number}/") for number in range(BUCKET + 1))
    (spec,) = access_log(lines).requests
    assert (spec.path, spec.values) == ("/books/{id}/", ({"id": str(BUCKET)},))


@pytest.mark.parametrize(
    ("lines", "why"),
    [([], "no line in it"), ([b"\n"], "no line in it"), ([b"hello  there\n"], "Its first line: hello there")],
)
def test_what_is_no_log_is_refused(lines: list[bytes], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        access_log(lines)


@pytest.mark.parametrize("name", ["access.log", "access.log.1.gz"])
def test_a_log_may_be_compressed(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(line("/a/")) if name.endswith("gz") else line("/a/"))
    assert log_file(file).requests[0].path == "/a/"


@pytest.mark.parametrize("name", ["absent.log", "bad.gz", "empty.log"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "bad.gz").write_bytes(b"no gzip")
    (tmp_path / "empty.log").touch()
    with pytest.raises(BadInput, match=name):
        log_file(tmp_path / name)


def test_a_file_without_lines_is_not_read_as_one(tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    file.write_bytes(line("/a/") + b"x" * 5_000_000 + b"\n" + line("/b/"))
    tracemalloc.start()
    found = log_file(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert found.notes[0] == "2 of 3 lines of the log are in these requests"


def test_a_long_path_is_not_kept() -> None:
    found = access_log([line("/a/"), line(f"/?q={'a' * 3_000}")])
    assert "1 line left out: with a path of over 2,000 characters" in found.notes


def test_strange_methods_are_told_together() -> None:
    found = access_log([line(), *(line(method=f"X{'Y' * number}") for number in range(5))])
    assert found.notes[1:] == ("5 lines left out: other methods than GET",)


def test_brackets_are_no_delay() -> None:
    counts = Counts()
    counts.add(b"[" * 200_000 + b"\n")
    assert counts.strange == 1


def test_no_line_is_lost_when_many_patterns_are_forgotten() -> None:
    counts = Counts()
    for number in range(2 * BUCKET):
        counts.add(line(f"/{number}a/{number}/"))
    kept = counts.forgotten.total() + sum(counts.paths.values()) + counts.left_out.total()
    assert kept == counts.lines


def test_a_line_is_shown_without_what_commands_a_terminal() -> None:
    with pytest.raises(BadInput) as told:
        access_log([b"\x1b]0;a\x07 %1b[31m b\n"])
    assert str(told.value).isprintable()
