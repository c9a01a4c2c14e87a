"""The file's tables as they are typed: the one source of its checks, its JSON Schema and its examples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Scalar = str | int | float
Values = list[dict[str, Scalar]] | str


def _key(description: str, *examples: object) -> Meta:
    return Meta(description=description, examples=list(examples))


class ProjectTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Django project to measure."""

    settings: Annotated[str, _key("The settings' module.", "mysite.settings")]
    python: Annotated[
        str,
        _key(
            "The project's own interpreter; relative to this file. Looked for where it is left out.",
            ".venv/bin/python",
        ),
    ] = ""
    folder: Annotated[str, _key("The folder of manage.py; relative to this file.", "backend")] = "."
    wsgi: Annotated[
        str,
        _key("The WSGI application. Without it no WSGI server is measured.", "mysite.wsgi:application"),
    ] = ""
    asgi: Annotated[
        str,
        _key(
            "The ASGI application. Without it only betterworker's handler is measured under ASGI servers.",
            "mysite.asgi:application",
        ),
    ] = ""
    env: Annotated[
        dict[str, Scalar], _key("Variables of the servers' environment.", {"DJANGO_ENV": "production"})
    ] = {}
    env_file: Annotated[
        str,
        _key(
            "A file with more of them, NAME=value on each line; what the shell has already goes before it.",
            ".env",
        ),
    ] = ""
    host: Annotated[str, _key("What is sent as Host; one of ALLOWED_HOSTS.", "www.example.com")] = "localhost"
    https: Annotated[
        bool,
        _key(
            "Requests look as if they had come through a proxy that ends TLS: X-Forwarded-Proto: https.", True
        ),
    ] = False
    writes: Annotated[
        bool, _key("Allows requests that write: other methods than GET, HEAD and OPTIONS.", True)
    ] = False
    hosts: Annotated[
        list[str], _key("Databases and caches on other machines that may be used.", ["db.internal"])
    ] = []
    setup: Annotated[
        str,
        _key(
            "A function, sync or async, called once before a study; the dict it returns gives {setup.NAME}.",
            "mysite.bench:log_in",
        ),
    ] = ""
    baseline: Annotated[
        str, _key("The command that the project runs on today.", "gunicorn mysite.wsgi --workers 3")
    ] = ""


class LoginTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The form that logs a user in; Django's CSRF token is sent with it."""

    path: Annotated[str, _key("The form's page.", "/accounts/login/")]
    fields: Annotated[
        dict[str, Scalar],
        _key(
            "What the form asks for.",
            {"username": "${BENCH_USERNAME}", "password": "${BENCH_PASSWORD}"},
        ),
    ]
    cookie: Annotated[str, _key("The cookie of the session.", "sessionid")] = "sessionid"


class RequestTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request: a row of the tables, and a part of the traffic."""

    path: Annotated[
        str, _key("With its query, or with {placeholders} for `values`.", "/books/", "/books/{id}/")
    ]
    name: Annotated[
        str, _key("What reports call it; each its own. Without one it is made from the path.", "book-list")
    ] = ""
    method: Annotated[
        str,
        Meta(
            description="What else than GET, HEAD and OPTIONS needs `writes = true` in [project].",
            examples=["POST"],
            extra_json_schema={"enum": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]},
        ),
    ] = "GET"
    query: Annotated[
        dict[str, Scalar | list[Scalar]], _key("What comes after `?`.", {"page": 2, "tag": ["new", "red"]})
    ] = {}
    headers: Annotated[
        dict[str, str], _key("Headers of its own.", {"Authorization": "Bearer ${API_TOKEN}"})
    ] = {}
    cookies: Annotated[dict[str, str], _key("Cookies of its own.", {"theme": "dark"})] = {}
    body: Annotated[str, _key("A body as it is; its Content-Type goes to `headers`.", "plain text")] = ""
    json: Annotated[Any, _key("A JSON body.", {"title": "{title}"})] = None
    form: Annotated[
        dict[str, Scalar | list[Scalar]], _key("A form, as a browser sends it.", {"title": "{title}"})
    ] = {}
    files: Annotated[
        dict[str, str],
        _key(
            "Files of a form, by field; relative to this file. May stand beside `form`.", {"cover": "a.png"}
        ),
    ] = {}
    weight: Annotated[float, _key("Its part of the traffic, relative to the others'.", 3)] = 1.0
    status: Annotated[int, _key("What a right answer has.", 302)] = 200
    contains: Annotated[str, _key("Text that a right answer has in it.", "</html>")] = ""
    mode: Annotated[Literal["sync", "async"], _key("The kind of view that answers.", "async")] = "sync"
    values: Annotated[
        Values,
        _key(
            "What goes into the placeholders: a table for each request, or a CSV file with a line of names.",
            [{"id": 1}, {"id": 2}],
            "books.csv",
        ),
    ] = []
    login: Annotated[bool, _key("`false`: is sent without the log-in of [login].", False)] = True
    streams: Annotated[bool, _key("The time to the first byte is measured too.", True)] = False


Table = ProjectTable | LoginTable | RequestTable
TYPES: dict[str, type[Table]] = {"project": ProjectTable, "login": LoginTable, "requests": RequestTable}
#: The file's tables that are no command's options.
TABLES = tuple(TYPES)
