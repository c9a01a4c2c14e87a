from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from betterworker.handler.apps import check_setting
from betterworker.handler.asgi import Handler
from betterworker.handler.conf import Options, options

if TYPE_CHECKING:
    from tests.handler.conftest import Serve

WRONG = [
    ([], "must be a dictionary"),
    ({"MAX_TREADS": 3}, "Did you mean MAX_THREADS?"),
    ({"max_threads": 3}, "Did you mean MAX_THREADS?"),
    ({"COLOUR": 3}, "Known: FREE_OF_IO, IDLE_SECONDS, MAX_THREADS"),
    ({3: 3}, "there is no 3"),
    ({"MAX_THREADS": 0}, "a whole number from 1 on, not 0"),
    ({"MAX_THREADS": "9"}, "a whole number from 1 on, not '9'"),
    ({"MAX_THREADS": True}, "a whole number from 1 on, not True"),
    ({"IDLE_SECONDS": 0}, "a number over 0, not 0"),
    ({"IDLE_SECONDS": float("inf")}, "at most 9223372036, not inf"),
    ({"IDLE_SECONDS": float("nan")}, "at most 9223372036, not nan"),
    ({"IDLE_SECONDS": 1e10}, "at most 9223372036, not 10000000000"),
    ({"FREE_OF_IO": "a.b"}, "a list of dotted paths, not 'a.b'"),
    ({"FREE_OF_IO": ["there.is.None"]}, "cannot be imported"),
    ({"FREE_OF_IO": [3]}, "cannot be imported"),
    ({"FREE_OF_IO": ["django.utils.timezone.now"]}, "is no class"),
]


@pytest.mark.parametrize(("asked", "told"), WRONG)
def test_what_is_wrong_with_the_setting_is_told_by_the_check_and_at_the_start(asked: Any, told: str) -> None:
    with override_settings(BETTERWORKER=asked):
        (message,) = check_setting()
        assert told in message.msg
        with pytest.raises(ImproperlyConfigured, match="BETTERWORKER: "):
            Handler()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with override_settings(BETTERWORKER={"MAX_THREADS": 0, "IDLE_SECONDS": 0}):
        assert len(check_setting()) == 2


def test_the_setting_may_be_left_out() -> None:
    assert options() == Options()
    assert check_setting() == []


async def test_the_setting_is_kept(serve: Serve) -> None:
    free = ["django.middleware.locale.LocaleMiddleware"]
    site = serve(BETTERWORKER={"MAX_THREADS": 7, "IDLE_SECONDS": 2.5, "FREE_OF_IO": free})
    assert (site.pool.limit, site.pool.idle_s) == (7, 2.5)
    assert site.application.options.free_of_io == tuple(free)


@pytest.mark.parametrize(
    ("middleware", "error"),
    [
        ("there.is.None", ImportError),
        (f"{__name__}.none", ImproperlyConfigured),
        (f"{__name__}.Raises", LookupError),
    ],
)
def test_middleware_that_cannot_be_made_fails_at_the_start(
    serve: Serve, middleware: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        serve(through=[middleware])


def none(get_response: Any) -> None:
    """No middleware at all."""


class Raises:
    def __init__(self, get_response: Any) -> None:
        raise LookupError
