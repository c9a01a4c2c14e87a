"""What a trial sends: which requests, in what dress, and which of them are looked at first."""

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.model import Request, Variant
from betterworker.bench.requested import DRAWN, FIRST, dressed, looked_at, requests_of, sent
from tests.bench.builders import a_scenario, a_trial

COOKIE = ("Cookie", "sessionid=1")


def a_variant(name: str = "book", path: str = "/books/1/", **overrides: Any) -> Variant:
    return Variant(name=name, path=path, check=lambda _reply: None, **overrides)


def books(count: int) -> tuple[Variant, ...]:
    return tuple(a_variant(path=f"/books/{number}/") for number in range(count))


def test_a_plain_row_sends_its_own_request() -> None:
    row = a_scenario(request=Request(method="POST"), varies=True)
    (only,) = requests_of(a_trial(), row)
    assert (only.name, only.path, only.request, only.varies) == ("", row.path, row.request, True)


def test_a_row_of_variants_sends_those_at_any_point() -> None:
    row = a_scenario(variants=books(3))
    assert requests_of(a_trial(), row) == requests_of(a_trial(point="50%"), row) == row.variants


def test_a_few_values_are_all_looked_at() -> None:
    few = books(FIRST + DRAWN)
    assert looked_at(few, a_scenario()) == set(range(len(few)))


def test_of_many_values_the_first_and_some_others_are_looked_at() -> None:
    some = looked_at(books(1000), a_scenario())
    assert len(some) == FIRST + DRAWN
    assert set(range(FIRST)) < some


def test_every_name_is_looked_at() -> None:
    variants = (*books(1000), a_variant("login"), *books(10))
    assert 1000 in looked_at(variants, a_scenario())


def test_which_are_looked_at_is_the_same_for_every_worker() -> None:
    assert looked_at(books(500), a_scenario()) == looked_at(books(500), a_scenario())
    assert looked_at(books(500), a_scenario()) != looked_at(books(500), a_scenario(name="other"))


def test_a_log_in_goes_with_the_requests_own_headers() -> None:
    request = Request(headers=(("Accept", "text/html"),))
    assert dressed(request, (COOKIE, ("X-CSRFToken", "t"))).headers == (
        ("Accept", "text/html"),
        ("X-CSRFToken", "t"),
        COOKIE,
    )


def test_the_requests_own_header_wins() -> None:
    request = Request(headers=(("authorization", "Token own"),))
    assert dressed(request, (("Authorization", "Token other"),)).headers == request.headers


def test_all_cookies_go_into_one_header() -> None:
    request = Request(headers=(("cookie", "theme=dark"), ("Accept", "*/*")))
    assert dressed(request, (COOKIE,)).headers == (("Accept", "*/*"), ("Cookie", "theme=dark; sessionid=1"))


@pytest.mark.parametrize(
    ("request_", "extra"), [(Request(anonymous=True), (COOKIE,)), (Request(), ())], ids=["anonymous", "none"]
)
def test_without_a_log_in_a_request_is_as_it_was(request_: Request, extra: Any) -> None:
    assert dressed(request_, extra) is request_


def test_a_variant_is_called_by_its_method_and_path() -> None:
    row = a_scenario(variants=(a_variant(request=Request(method="POST", headers=(COOKIE,))),))
    assert sent(row.variants[0], row, ()).told("HTTP 404") == "POST /books/1/: HTTP 404"
    assert sent(row.variants[0], a_scenario(), ()).told("HTTP 404") == "book: HTTP 404"


def test_a_rows_answers_vary_or_a_requests_own() -> None:
    row = a_scenario(varies=True)
    assert sent(a_variant(), row, ()).variant.varies
    assert sent(a_variant(varies=True), a_scenario(), ()).variant.varies
    assert not sent(a_variant(), a_scenario(), ()).variant.varies
