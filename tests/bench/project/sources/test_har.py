"""A browser's recording, without what is secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.sources import Found, har

SITE = "https://www.example.com"


def entry(url: str = f"{SITE}/", *, method: str = "GET", status: int = 200, **headers: str) -> dict[str, Any]:
    listed = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    request = {
        "method": method,
        "url": url,
        "headers": listed,
        "cookies": [{"name": "sessionid", "value": "s3cret"}],
        "postData": {"text": "password=s3cret"},
    }
    return {"request": request, "response": {"status": status, "content": {"text": "x" * 100}}}


def found_in(folder: Path, *entries: dict[str, Any]) -> Found:
    file = folder / "site.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return har(file)


def test_requests_are_counted(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry(), entry(f"{SITE}/a/?b=c"), entry(f"{SITE}/a/?b=c"))
    assert [(spec.path, spec.weight) for spec in found.requests] == [("/a/?b=c", 2.0), ("/", 1.0)]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "site.har"
    file.write_text(json.dumps({"log": {"entries": [entry()]}}), encoding="utf-8-sig")
    assert [spec.path for spec in har(file).requests] == ["/"]


def test_headers_that_change_the_answer_are_kept(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry(Accept="text/html", HX_Request="true", User_Agent="Firefox"))
    assert found.requests[0].headers == (("Accept", "text/html"), ("HX-Request", "true"))


def test_secrets_are_left_out_and_told(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry(Cookie="sessionid=s3cret", authorization="Bearer s3cret"))
    assert found.requests[0].headers == ()
    assert found.notes == ("headers left out, for they may be secret: Authorization, Cookie",)


def test_what_htmx_says_of_the_page_is_left_out_and_told(tmp_path: Path) -> None:
    htmx: dict[str, Any] = {
        "HX_Request": "true",
        "HX_Target": "list",
        "HX_Trigger": "more",
        "HX_Boosted": "true",
    }
    page = {
        "HX_Current_URL": f"{SITE}/?token=s3cret",
        "HX_Prompt": "s3cret",
        "X_Requested_With": "a://s3cret",
    }
    found = found_in(tmp_path, entry(**{**htmx, **page}))
    assert sorted(name for name, _ in found.requests[0].headers) == [
        *("HX-Boosted", "HX-Request", "HX-Target", "HX-Trigger")
    ]
    assert "Hx-Current-Url, Hx-Prompt" in found.notes[0]


@pytest.mark.parametrize(
    "name", ["jwt", "sid", "PHPSESSID", "bearer", "pwd", "ticket", "email", "access_key"]
)
def test_a_query_of_a_secrets_name_is_left_out(tmp_path: Path, name: str) -> None:
    found = found_in(tmp_path, entry(), entry(f"{SITE}/b?{name}=s3cret"))
    assert ([spec.path for spec in found.requests], "s3cret" in repr(found)) == (["/"], False)


@pytest.mark.parametrize("query", ["author=ann", "sort_key=a", "tickets=2", "side=left"])
def test_a_query_that_is_no_secret_is_taken(tmp_path: Path, query: str) -> None:
    assert found_in(tmp_path, entry(f"{SITE}/b?{query}")).requests[0].path == f"/b?{query}"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (entry("https://cdn.example.net/a"), "1 request left out: to other hosts than www.example.com"),
        (entry(f"{SITE}/b", method="POST"), "1 request left out: POST (write what writes by hand"),
        (entry(f"{SITE}/b?token=abc"), "1 request left out: with what looks like a token"),
        (entry(f"{SITE}/static/a.css"), "1 request left out: static files"),
        (entry(f"{SITE}/b", status=500), "1 request left out: answered 5xx"),
        (entry(f"{SITE}/b", status=0), "1 request left out: not answered"),
    ],
)
def test_what_is_left_out_is_told(tmp_path: Path, other: dict[str, Any], why: str) -> None:
    found = found_in(tmp_path, entry(), other)
    assert [spec.path for spec in found.requests] == ["/"]
    assert found.notes[0].startswith(why)


def test_nothing_secret_is_in_what_is_found(tmp_path: Path) -> None:
    entries = (entry(Cookie="a=s3cret"), entry(f"{SITE}/in/?password=s3cret", method="POST"))
    assert "s3cret" not in repr(found_in(tmp_path, *entries))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no HAR file"),
        ('{"log": {}}', "is no HAR file"),
        ('{"log": {"entries": []}}', "has no request"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "site.har"
    file.write_text(text)
    with pytest.raises(BadInput, match=why):
        har(file)


def test_the_first_page_of_a_site_says_the_host(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry("data:text/plain,a"), entry("http://[bad/"), entry(f"{SITE}/a/"))
    assert [spec.path for spec in found.requests] == ["/a/"]


def test_a_recording_of_no_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no request to a site"):
        found_in(tmp_path, entry("data:text/plain,a"))


def test_a_header_that_cannot_be_sent_is_left_out(tmp_path: Path) -> None:
    hostile: dict[str, Any] = {"accept\r\nx": "1", "accept-language": "en\r\nx: 1", "x\n[login]": "1"}
    found = found_in(tmp_path, entry(**hostile))
    assert found.requests[0].headers == ()
    assert all(note.isprintable() for note in found.notes)


def test_a_method_cannot_break_its_note(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry(), entry(method="POST\n[login]\x1b[31m"))
    assert all(note.isprintable() for note in found.notes)


def test_only_so_many_reasons_are_told(tmp_path: Path) -> None:
    found = found_in(tmp_path, entry(), *(entry(method=f"X{number}") for number in range(30)))
    assert found.notes[-1] == "and more, for 10 other reasons"
