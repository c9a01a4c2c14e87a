"""A wrong answer is told with the line to write."""

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.model import Reply
from betterworker.bench.project.expected import check
from betterworker.bench.project.nouns import Login
from tests.bench.project.files import a_project, a_request

LOGIN = Login(path="/in/", fields={})


def said(status: int, to: str = "", /, *, request: Any = None, **project: Any) -> str | None:
    reply = Reply(status=status, headers={"location": to}, body=b"<html>")
    return check(request or a_request(), a_project(**project))(reply)


def test_what_was_expected_is_right() -> None:
    assert said(200) is None


def test_another_status_may_be_expected() -> None:
    assert said(302, "/in/", request=a_request(status=302)) is None


def test_the_content_is_looked_for() -> None:
    assert said(200, request=a_request(contains="<html>")) is None
    assert said(200, request=a_request(contains="<body>")) == "HTTP 200, but without the text of `contains`"


@pytest.mark.parametrize(
    ("status", "to", "advice"),
    [
        (301, "https://localhost/books/", "write `https = true` in [project]"),
        (301, "/books//", 'write `path = "/books//"`'),
        (302, "/accounts/login/?next=/books/", "write a table [login] or a header, or `status = 302`"),
        (302, "/elsewhere/", "write the path that it leads to, or `status = 302`"),
    ],
)
def test_a_redirect_says_where_it_leads(status: int, to: str, advice: str) -> None:
    assert said(status, to) == f"HTTP {status} to {to.partition('?')[0]}: {advice}"


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, 'write `host = "…"`'), (401, "[login]"), (404, "write a path"), (500, "traceback"), (418, "")],
)
def test_another_status_says_what_may_be_missing(status: int, advice: str) -> None:
    complaint = said(status) or ""
    assert complaint.startswith(f"HTTP {status} instead of 200")
    assert advice in complaint


def test_a_log_in_that_failed_is_not_asked_for_again() -> None:
    assert said(302, "/login/", login=LOGIN) == "HTTP 302 to /login/: the log-in of [login] was not accepted"


def test_a_request_that_goes_without_the_log_in_is_told() -> None:
    assert "take away `login = false`" in str(
        said(302, "/login/", login=LOGIN, request=a_request(anonymous=True))
    )


def test_https_that_is_not_seen_is_told() -> None:
    assert "SECURE_PROXY_SSL_HEADER" in str(said(301, "https://localhost/books/", https=True))


@pytest.mark.parametrize(
    ("to", "shown"),
    [("http://[bad/", "nowhere"), ("https://ann:s3cret@host/in?token=a#b", "https://host/in")],
)
def test_where_a_redirect_leads_is_told_without_secrets(to: str, shown: str) -> None:
    told = said(302, to) or ""
    assert told.startswith(f"HTTP 302 to {shown}: ")
