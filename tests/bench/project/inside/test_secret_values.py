"""Which values of a project's settings are secret, and which only have a name that sounds like it."""

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.errors import BadInput, BenchError
from betterworker.bench.project.inside.secret_values import of
from tests.bench.project.sites import Site

PLANTED = "planted-4242"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAY_API_KEY", PLANTED),
        ("SECRET_KEY", PLANTED.encode()),
        ("SECRET_KEY_FALLBACKS", ["", PLANTED]),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.postgresql", "PASSWORD": PLANTED}}),
        ("PROVIDERS", {"google": {"APPS": ({"client_id": "a", "secret": PLANTED},)}}),
        ("HTTP_COOKIE", PLANTED),
        ("SENTRY_DSN", PLANTED),
        ("API", {"live": PLANTED}),
        ("AUTH_LDAP_BIND", PLANTED),
        ("SIGNATURES", {PLANTED}),
        ("BROKER_URL", f"amqp://ann:{PLANTED}@rabbit:5672//"),
        ("DATABASE_URL", f"postgres://ann:{PLANTED.replace('-', '%2D')}@db/shop"),
        ("CACHES", {"default": {"LOCATION": [f"redis://:{PLANTED}@one:6379/1"]}}),
        ("HOOK", f"https://example.com/in?a=1&access_token={PLANTED}&b=2"),
        ("OPTIONS", {"conninfo": f"host=db password={PLANTED} user=ann"}),
    ],
)
def test_a_secret_is_found_by_its_name_or_its_place(name: str, value: Any) -> None:
    assert PLANTED in set(of({name: value}))


@pytest.mark.parametrize("word", ["hunter", "correct horse", "s3cret"])
def test_a_plain_word_is_a_password_as_well(word: str) -> None:
    assert list(of({"EMAIL_HOST_PASSWORD": word})) == [word]


def test_a_password_of_figures_is_one_where_it_is_long_enough_to_be_told_from_a_figure() -> None:
    assert list(of({"PASSWORD": 31337042, "OTHER_PASSWORD": 1000, "USE_TOKEN": True})) == ["31337042"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTH_USER_MODEL", "auth.User"),
        ("AUTHENTICATION_BACKENDS", ["django.contrib.auth.backends.ModelBackend"]),
        ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"]),
        ("AUTH_PASSWORD_VALIDATORS", [{"NAME": "django.contrib.auth.password_validation.X"}]),
        ("REST_FRAMEWORK", {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.auth.Own"], "PAGE_SIZE": 10}),
        ("DJOSER", {"SERIALIZERS": {"set_password": "django.contrib.auth.X"}}),
        ("CACHES", {"default": {"KEY_PREFIX": "shop-2024-x7", "KEY_FUNCTION": "shop.caches.key"}}),
        ("SIMPLE_JWT", {"AUTH_HEADER_TYPES": ("Bearer",), "AUTH_HEADER_NAME": "HTTP_AUTHORIZATION"}),
        ("SIMPLE_JWT", {"ALGORITHM": "HS256", "TOKEN_TYPE_CLAIM": "token_type"}),
        ("CSRF_COOKIE_NAME", "shop-csrf-2"),
        ("LOGIN_URL", "/accounts/login/"),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.cached_db"),
        ("API_BASE_URL", "https://api.example.com/v1/"),
        ("API_VERSION", "v1"),
        ("API_TITLE", "The shop's API, 2nd edition"),
        ("AUTH_MODE", "online"),
        ("PASSWORD_RESET_TIMEOUT", 259200),
        ("USE_API_KEY", "true"),
        ("SHORT_KEY", "id"),
        ("DB_PASSWORD", "postgres"),
        ("BROKER_URL", "redis://:redis@localhost:6379/0"),
        ("EMAIL_HOST_PASSWORD", ""),
        ("WELCOME", "Dear {name}, your token={token}"),
    ],
)
def test_what_says_something_of_a_secret_is_none(name: str, value: Any) -> None:
    assert [each for each in of({name: value}) if each != "true"] == []


def test_what_turns_in_a_circle_ends() -> None:
    turning: dict[str, Any] = {"password": PLANTED}
    turning["self"] = turning
    assert set(of({"OPTIONS": turning})) == {PLANTED}


def test_settings_of_django_itself_are_no_secrets(site: Site) -> None:
    site.change("mysite/settings.py", "SECRET_KEY = ", f"SECRET_KEY = '{PLANTED}' or ")
    assert site.ask().secrets == (PLANTED,)


def test_what_the_settings_put_into_the_environment_is_known(site: Site) -> None:
    site.settings(f"import os; os.environ['BILLING_TOKEN'] = '{PLANTED}'; os.environ['EDITION'] = 'blue-1'")
    assert PLANTED in site.ask().secrets
    assert "blue-1" not in site.ask().secrets


@pytest.mark.parametrize("file", [".env", "mysite/.env.local", "../.env"])
def test_what_is_secret_in_a_projects_own_file_of_variables_is_known(site: Site, file: str) -> None:
    site.write(file, f"PAY_TOKEN={PLANTED}\nPAY_NAME=blue-1\nDB_PASSWORD=postgres\n?\n")
    assert PLANTED in site.ask().secrets
    assert not {"blue-1", "postgres"}.intersection(site.ask().secrets)


def test_an_example_of_such_a_file_has_none(site: Site) -> None:
    assert PLANTED not in site.write(".env.example", f"PAY_TOKEN={PLANTED}").ask().secrets


def test_secrets_are_in_no_representation(site: Site) -> None:
    assert PLANTED not in repr(site.settings(f"PAY_KEY = '{PLANTED}'").ask())


@pytest.mark.parametrize(
    "lines",
    [
        f"KEYS = {{'pay_key': '{PLANTED}'}}\nraise ValueError(KEYS)",
        f"PAY_KEY = '{PLANTED}'\nfrom mysite.failing import anything",
        f"import os\nos.environ['PAY_KEY'] = '{PLANTED}'\nraise ValueError(os.environ['PAY_KEY'])",
        f"PAY_KEY = '{PLANTED}'\nINSTALLED_APPS.append('mysite.failing')",
    ],
)
def test_settings_that_fail_are_told_without_what_they_had_set(site: Site, lines: str) -> None:
    site.write("mysite/failing.py", f"raise ValueError('no use for {PLANTED}')").settings(lines)
    with pytest.raises(BadInput, match=r"ValueError: .*•••") as error:
        site.ask()
    assert PLANTED not in str(error.value)


@pytest.mark.parametrize(
    "call",
    [f'use(api_key="{PLANTED}")', f"use({{'PASSWORD': '{PLANTED}'}})", f'use("amqp://ann:{PLANTED}@mq")'],
)
def test_a_line_of_settings_that_fail_is_shown_without_the_secret_in_it(site: Site, call: str) -> None:
    with pytest.raises(BadInput, match=r"(?s)PAY = use\(.*•••") as error:
        site.settings(f"def use(*args, **named): raise ValueError('no')\nPAY = {call}").ask()
    assert PLANTED not in str(error.value)


def test_settings_that_fail_are_told_without_what_their_file_of_variables_has(site: Site) -> None:
    site.write(".env", f"PAY_KEY={PLANTED}").settings("raise ValueError(open('.env').read())")
    with pytest.raises(BadInput, match="•••") as error:
        site.ask()
    assert PLANTED not in str(error.value)


def test_a_job_that_fails_is_told_without_secrets(site: Site) -> None:
    site.settings(f"PAY_KEY = '{PLANTED}'").write(
        "mysite/wsgi.py", f"class Odd(BaseException): pass\nraise Odd('no use for {PLANTED}')"
    )
    with pytest.raises(BenchError, match="no use for •••") as error:
        site.ask()
    assert PLANTED not in str(error.value)


def test_what_a_view_says_of_the_settings_is_masked(site: Site) -> None:
    site.settings(f"PAY_KEY = '{PLANTED}'")
    site.views("from django.conf import settings\ndef view(request): raise ValueError(settings.PAY_KEY)")
    assert str(site.urls('path("", views.view)').get("/").raised).startswith("ValueError: •••")


def test_a_url_with_a_secret_in_it_is_not_tried_and_not_told(site: Site) -> None:
    site.settings(f"BOT_TOKEN = '{PLANTED}'").views("def view(request): return HttpResponse()")
    (url,) = site.urls(f'path("bot/{PLANTED}/", views.view)').ask().urls
    assert (url.pattern, url.path) == ("/bot/•••/", None)
