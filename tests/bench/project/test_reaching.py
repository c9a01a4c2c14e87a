from __future__ import annotations

import pytest

from betterworker.bench.project.reaching import allows, hindrances
from tests.bench.project.builders import a_facts, a_file, a_spec


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("*", "any.example.com"),
        ("shop.example.com", "SHOP.example.com"),
        ("shop.example.com", "shop.example.com:8000"),
        (".example.com", "example.com"),
        (".example.com", "www.example.com"),
        ("[::1]", "[::1]:8000"),
        ("[::1]", "[::1]"),
    ],
)
def test_a_host_is_allowed_as_django_allows_it(pattern: str, host: str) -> None:
    assert allows([pattern], host)


@pytest.mark.parametrize(
    ("pattern", "host"), [("example.com", "www.example.com"), (".example.com", "an-example.com")]
)
def test_a_host_that_django_rejects_is_not_allowed(pattern: str, host: str) -> None:
    assert not allows([pattern], host)


def test_a_host_that_is_rejected_is_told_with_one_that_is_not() -> None:
    (said,) = hindrances(a_facts(allowed_hosts=(".example.com",)), a_file())
    assert said.startswith("ALLOWED_HOSTS has no localhost")
    assert said.endswith('host = "example.com"')


def test_with_debug_localhost_is_allowed() -> None:
    assert [*hindrances(a_facts(allowed_hosts=(), debug=True), a_file())] == []
    assert [*hindrances(a_facts(allowed_hosts=()), a_file())] != []


def test_a_redirect_to_https_is_told_with_the_line_to_write() -> None:
    (said,) = hindrances(a_facts(ssl_redirect=True), a_file())
    assert said.endswith("https = true")


def test_https_that_the_project_would_not_see_is_told() -> None:
    seen = a_facts(ssl_redirect=True, ssl_header=("HTTP_X_FORWARDED_PROTO", "https"))
    other = a_facts(ssl_redirect=True, ssl_header=("HTTP_X_SCHEME", "https"))
    assert [*hindrances(seen, a_file(https=True))] == []
    assert len([*hindrances(other, a_file(https=True))]) == 1
    (said,) = hindrances(a_facts(ssl_redirect=True), a_file(https=True))
    assert "is not set to X-Forwarded-Proto: https" in said
    assert "only under servers that trust it themselves (gunicorn, uvicorn)" in said
    given = a_spec(headers=(("X-Scheme", "https"),))
    assert [*hindrances(other, a_file(given, https=True))] == []
