from __future__ import annotations

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.facts import Mailer
from betterworker.bench.project.inside.here import is_here
from betterworker.bench.project.safety import Told, pointed, told
from tests.bench.project.builders import a_cache, a_database, a_facts, a_file, a_mailer, a_spec

MAILGUN = Mailer(alias="default", backend="anymail.backends.mailgun.EmailBackend")


def of_databases(*hosts: str, **overrides: object) -> Told:
    return told(a_facts(databases=tuple(a_database(host=host) for host in hosts)), a_file(**overrides))


@pytest.mark.parametrize(
    "host", ["", "localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "/run/pg"]
)
def test_this_machine_is_here(host: str) -> None:
    assert is_here(host)


@pytest.mark.parametrize(
    "host", ["db", "db.internal", "10.0.0.5", "localhost.example.com", "service shop", "::2"]
)
def test_any_other_name_is_another_machine(host: str) -> None:
    assert not is_here(host)


def test_databases_here_are_told_and_allowed() -> None:
    found = told(a_facts(databases=(a_database(host="127.0.0.1", port="5432"),)), a_file())
    assert "database default: postgresql, shop at 127.0.0.1:5432" in found.lines
    assert found.refusals == ()


def test_a_database_elsewhere_is_refused_with_the_line_to_add() -> None:
    (refusal,) = of_databases("db.internal", hosts=("cache.internal",)).refusals
    assert "database default is on db.internal" in refusal
    assert 'hosts = ["cache.internal", "db.internal"]' in refusal


def test_a_database_that_is_named_is_allowed_whatever_its_letters() -> None:
    assert of_databases("DB.internal", hosts=("db.Internal",)).refusals == ()


def test_each_of_several_hosts_of_one_database_counts() -> None:
    (refusal,) = of_databases("localhost,spare.internal").refusals
    assert 'hosts = ["spare.internal"]' in refusal


def test_a_cache_elsewhere_is_refused_too() -> None:
    facts = a_facts(caches=(a_cache(hosts=("127.0.0.1", "redis.internal")),))
    assert "cache default is on redis.internal" in told(facts, a_file()).refusals[0]


def test_requests_that_write_are_refused_by_name() -> None:
    file = a_file(a_spec(), a_spec(name="order", method="POST", path="/orders/"))
    (refusal,) = told(a_facts(), file).refusals
    assert "POST /orders/ (order)" in refusal
    assert "writes = true" in refusal


def test_requests_that_write_may_where_the_file_says_so() -> None:
    assert told(a_facts(), a_file(a_spec(method="DELETE"), writes=True)).refusals == ()


def test_a_refusal_is_an_error_that_says_that_nothing_was_sent() -> None:
    with pytest.raises(BadInput, match=r"Nothing was sent. In betterworker.toml:\ndatabase default is on db"):
        of_databases("db").require(a_file())


@pytest.mark.parametrize(
    ("facts", "warning"),
    [
        (a_facts(debug=True), "DEBUG is on"),
        (a_facts(unapplied=("shop.0002_price",)), "not applied (shop.0002_price): python manage.py migrate"),
        (a_facts(unreachable="connection refused"), "does not answer: connection refused"),
        (a_facts(mailers=(a_mailer("smtp", host="mx"),)), "smtp.EmailBackend at mx"),
        (a_facts(mailers=(a_mailer("console"), a_mailer("smtp", "bulk", "mx"))), "smtp.EmailBackend at mx"),
        (a_facts(mailers=(MAILGUN,)), "mailgun.EmailBackend"),
        (a_facts(elsewhere=(("BROKER_URL", "mq.internal"),)), "BROKER_URL points to mq.internal"),
    ],
)
def test_what_spoils_figures_or_leaves_the_machine_is_warned_of(facts: object, warning: str) -> None:
    assert any(warning in said for said in told(facts, a_file()).warnings)  # type: ignore[arg-type]


def test_each_way_to_send_mail_is_told() -> None:
    facts = a_facts(mailers=(a_mailer("console"), a_mailer("smtp", "bulk", "mx")))
    assert pointed(facts)[-2:] == ("e-mail: console.EmailBackend", "e-mail bulk: smtp.EmailBackend at mx")


def test_nothing_is_warned_of_without_a_reason() -> None:
    assert told(a_facts(elsewhere=(("BROKER_URL", "localhost"),)), a_file()).warnings == ()
