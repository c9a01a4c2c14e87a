from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from betterworker.bench.model import Reply
from betterworker.bench.project.login import Logins, base_headers
from betterworker.bench.project.secrets import HIDDEN, Mask
from betterworker.bench.trial import Spoiled
from tests.bench.builders import a_reply
from tests.bench.fakes import FakeServer
from tests.bench.project.builders import a_file, a_login, a_spec

FORM = """<form action="/search/"><input name="q"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="tok-en"><br>
<input name="username"><input type="password" name="password"></form>"""
WRONG = (
    f"""<ul class="errorlist"><li>Please enter a <b>correct</b> username.<br></li></ul><p>Hello</p>{FORM}"""
)


def html(text: str, cookie: str = "", status: int = 200) -> Reply:
    headers = {"set-cookie": cookie} if cookie else {}
    return a_reply(status=status, headers=headers, body=text.encode())


def redirect(path: str, cookie: str = "") -> Reply:
    headers = {"location": path, **({"set-cookie": cookie} if cookie else {})}
    return a_reply(status=302, headers=headers, body=b"")


PAGE = html(FORM, "csrftoken=before; Path=/; SameSite=Lax")
LET_IN = redirect("/", "csrftoken=after; Path=/\nsessionid=s3ssion; HttpOnly; Path=/")


class Site(FakeServer):
    """Answers one request after the other."""

    def get_all(self, path: str, count: int, timeout_s: float, request=None) -> list[Reply]:  # type: ignore[no-untyped-def]
        self.paths.append(path)
        self.requests.append(request)
        reply = self.replies[len(self.paths) - 1]
        assert isinstance(reply, Reply)
        return [reply]


def logins(**overrides: object) -> Logins:
    return Logins(a_file(login=a_login(), **overrides), Mask(["correct horse"]))


def refusal(*replies: Reply) -> str:
    with pytest.raises(Spoiled) as spoiled:
        logins()("uvicorn", Site(replies=replies))
    return spoiled.value.failure.reason


def test_a_visitor_who_is_let_in_has_the_last_cookies_and_the_token() -> None:
    headers = dict(logins()("uvicorn", Site(replies=(PAGE, LET_IN))))
    assert headers == {"Cookie": "csrftoken=after; sessionid=s3ssion", "X-CSRFToken": "after"}


def test_the_form_is_sent_with_its_hidden_fields_the_cookie_and_the_projects_host() -> None:
    site = Site(replies=(PAGE, LET_IN))
    logins(host="shop.example.com", https=True)("uvicorn", site)
    sent = site.requests[1]
    assert site.paths == ["/login/", "/login/"]
    assert parse_qs(sent.body.decode()) == {
        "csrfmiddlewaretoken": ["tok-en"],
        "username": ["ann"],
        "password": ["correct horse"],
    }
    assert {
        ("Host", "shop.example.com"),
        ("X-Forwarded-Proto", "https"),
        ("Referer", "https://shop.example.com/login/"),
        ("Cookie", "csrftoken=before"),
        ("X-CSRFToken", "before"),
    } <= set(sent.headers)


def test_the_form_has_the_headers_that_every_request_has() -> None:
    proxy, token = ("X-Scheme", "https"), ("Authorization", "Token abc")
    specs = (a_spec(headers=(proxy, token)), a_spec(headers=(proxy, token, ("Accept", "text/html"))))
    assert base_headers(a_file(*specs)) == (("Host", "localhost"), proxy)


def test_a_page_that_leads_to_the_form_is_followed_on_this_server() -> None:
    site = Site(replies=(redirect("http://shop.example.com/accounts/login/?next=/"), PAGE, LET_IN))
    logins()("uvicorn", site)
    assert site.paths == ["/login/", "/accounts/login/?next=/", "/accounts/login/?next=/"]


def test_the_forms_own_action_is_where_it_is_sent() -> None:
    page = html(FORM.replace('method="post"', 'method="post" action="/do-log-in/"'))
    site = Site(replies=(page, LET_IN))
    logins()("uvicorn", site)
    assert site.paths == ["/login/", "/do-log-in/"]


def test_it_logs_in_once_for_each_life_of_a_server() -> None:
    both = logins()
    first = Site(replies=(PAGE, LET_IN), port=8000)
    assert both("uvicorn", first) == both("uvicorn", first)
    both("uvicorn", second := Site(replies=(PAGE, LET_IN), port=8001))
    assert (len(first.paths), len(second.paths)) == (2, 2)


def test_a_log_in_that_failed_is_not_tried_again_on_the_same_server() -> None:
    tried, site = logins(), Site(replies=(PAGE, html(WRONG)))
    for _ in range(2):
        with pytest.raises(Spoiled):
            tried("uvicorn", site)
    assert len(site.paths) == 2


def test_a_wrong_password_is_told_in_the_forms_words() -> None:
    assert refusal(PAGE, html(WRONG, "sessionid=anonymous")) == (
        "log-in at /login/ failed: the form is answered HTTP 200: Please enter a correct username. "
        "See [login] in betterworker.toml"
    )


def test_no_form_no_cookie_and_no_answer_are_told_apart() -> None:
    assert "GET /login/ answers HTTP 404" in refusal(html("", status=404))
    assert "HTTP 403" in refusal(PAGE, html("CSRF", status=403))
    assert "no cookie 'sessionid' was set (cookies: csrftoken)" in refusal(PAGE, redirect("/"))


def test_values_of_the_fields_are_never_told() -> None:
    said = refusal(PAGE, html(WRONG.replace("correct</b> username", "correct</b> horse, not correct horse")))
    assert f"not {HIDDEN}" in said


def test_cookies_are_secrets_from_then_on() -> None:
    mask = Mask()
    Logins(a_file(login=a_login()), mask)("uvicorn", Site(replies=(PAGE, LET_IN)))
    assert mask("set s3ssion") == f"set {HIDDEN}"


def test_without_a_log_in_requests_are_left_as_they_are() -> None:
    assert Logins(a_file(), Mask())("uvicorn", Site()) == ()


def test_requests_that_write_have_a_token_even_where_nobody_logs_in() -> None:
    headers = dict(Logins(a_file(a_spec(method="POST")), Mask())("uvicorn", Site()))
    assert headers["Cookie"] == f"csrftoken={headers['X-CSRFToken']}"
    assert len(headers["X-CSRFToken"]) == 32


def test_a_cookie_with_an_attribute_that_python_does_not_know_is_kept() -> None:
    let_in = redirect("/", "sessionid=s3ssion; Path=/; Partitioned; Priority=High")
    assert "sessionid=s3ssion" in dict(logins()("uvicorn", Site(replies=(PAGE, let_in))))["Cookie"]


@pytest.mark.parametrize("cookie", ['sessionid=""; Path=/', "sessionid=gone; Max-Age=0; Path=/"])
def test_a_session_that_is_deleted_is_none(cookie: str) -> None:
    assert "no cookie 'sessionid' was set" in refusal(PAGE, redirect("/", cookie))
