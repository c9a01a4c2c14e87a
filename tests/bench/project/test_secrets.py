from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from betterworker.bench.project.secrets import HIDDEN, Mask, of_shell
from tests.bench.builders import a_failure, a_result, a_sample
from tests.bench.project.builders import a_database, a_project

SECRET = 'p@ss "word"/é<1>'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        SECRET.upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        repr(SECRET),
        repr(SECRET.encode()),
        html.escape(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_hidden_however_it_is_written(form: str) -> None:
    assert form.strip("'\"b")[:9] not in Mask([SECRET])(f"before {form} after")
    assert Mask([SECRET])(f"before {form} after").startswith("before ")


@pytest.mark.parametrize(
    ("secret", "part"),
    [
        ("Bearer abc.def.ghi", "abc.def.ghi"),
        ("Token 9944b09199c6", "9944b09199c6"),
        (f"Basic {base64.b64encode(b'ann:correct horse').decode()}", "correct horse"),
        ("postgres://ann:s%40cret@db/shop", "s@cret"),
        ("sessionid=abcdef; theme=dark", "abcdef"),
        ("-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----", "MIIEvQIBADAN"),
    ],
)
def test_what_is_a_secret_in_a_secret_is_hidden_by_itself(secret: str, part: str) -> None:
    assert Mask([secret])(f"got {part}!") == f"got {HIDDEN}!"


def test_the_longest_secret_is_hidden_whole() -> None:
    assert Mask(["abcd", "abcdefgh"])("abcdefgh abcdef") == f"{HIDDEN} {HIDDEN}ef"


def test_short_and_harmless_values_are_left_alone() -> None:
    text = "on, true, localhost and shop.settings"
    assert Mask(["on", "true", "localhost", "shop.settings"], harmless=["shop.settings"])(text) == text


def test_what_is_learned_later_is_hidden_too() -> None:
    mask = Mask(["first-secret"])
    mask.add("later-secret")
    assert mask("first-secret later-secret") == f"{HIDDEN} {HIDDEN}"


def test_thousands_of_secrets_are_all_hidden() -> None:
    secrets = [f"token-{number:05d}-x" for number in range(3000)]
    assert Mask(secrets)(" ".join(secrets)).replace(HIDDEN, "").strip() == ""


def test_all_free_text_of_a_result_is_masked_and_its_key_is_not() -> None:
    mask = Mask(["uvicorn", "hunter22"])
    failure = a_failure(reason="HTTP 500: hunter22", log_tail="hunter22\nhunter22")
    failed = mask.result(a_result(failure=failure, sample=None, command=("serve", "--key=hunter22")))
    raised = mask.result(
        a_result(sample=a_sample(raised="ValueError: hunter22", errors=(("connect: hunter22", 1),)))
    )
    assert "hunter22" not in f"{failed}{raised}"
    assert failed.trial.worker == "uvicorn"


def test_a_project_is_stored_without_secrets_but_by_its_own_names() -> None:
    project = a_project(
        databases=(a_database(name="hunter22"),), requests={"shop:sync": "GET /?key=hunter22"}
    )
    masked = Mask(["hunter22", "shop.settings"]).project(project)
    assert "hunter22" not in str(masked)
    assert masked.settings == "shop.settings"
    assert masked.requests == {"shop:sync": f"GET /?key={HIDDEN}"}


def test_without_secrets_everything_is_as_it_is() -> None:
    result = a_result()
    assert Mask().result(result) is result
    assert Mask()("text") == "text"


def test_secrets_of_the_shell_are_found_by_name_and_in_addresses() -> None:
    shell = {
        "DATABASE_URL": "postgres://ann:s3cr%2Fet@db/shop",
        "SECRET_KEY": "k3y-k3y",
        "PGPASSWORD": "p4ss",
    }
    assert set(of_shell(shell)) == {"s3cr%2Fet", "s3cr/et", "k3y-k3y", "p4ss"}


def test_what_a_desktop_sets_is_no_secret() -> None:
    shell = {"XDG_SESSION_CLASS": "user", "SSH_AUTH_SOCK": "/run/ssh", "PWD": "/srv", "OLDPWD": "/srv/shop"}
    assert of_shell({**shell, "KEY_FILE": "/k", "EDITOR": "ed"}) == ()
