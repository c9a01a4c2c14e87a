"""What the file says, as it is understood."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from betterworker.bench.project.file import is_project, read
from betterworker.bench.project.nouns import Login
from tests.bench.project.files import PROJECT, read_from, the_request, written


def test_settings_are_enough(tmp_path: Path) -> None:
    file = read_from(tmp_path)
    assert (file.settings, file.folder, file.host, file.requests) == (
        "mysite.settings",
        tmp_path,
        "localhost",
        (),
    )


def test_what_is_left_out_is_none(tmp_path: Path) -> None:
    file = read_from(tmp_path)
    assert (file.python, file.wsgi, file.asgi, file.login, file.baseline) == ("", None, None, None, None)


def test_an_application_may_be_written_as_django_does(tmp_path: Path) -> None:
    assert read_from(tmp_path, project='wsgi = "mysite.wsgi.application"').wsgi == "mysite.wsgi:application"


def test_the_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    assert read_from(tmp_path, project='folder = "backend"').folder == tmp_path / "backend"


def test_an_interpreter_that_is_a_link_keeps_its_own_path(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    assert read_from(tmp_path, project='python = "bin/python"').python == str(tmp_path / "bin/python")


def test_a_command_as_baseline_keeps_the_variables_of_its_shell(tmp_path: Path) -> None:
    command = "gunicorn mysite.wsgi --bind 0.0.0.0:${PORT}"
    assert read_from(tmp_path, project=f'baseline = "{command}"').baseline == command


def test_a_log_in_has_its_fields(tmp_path: Path) -> None:
    more = '[login]\npath = "/in/"\nfields = { user = "ann", pin = 1234 }'
    assert read_from(tmp_path, more).login == Login(path="/in/", fields={"user": "ann", "pin": "1234"})


def test_a_request_is_a_plain_get(tmp_path: Path) -> None:
    spec = the_request(tmp_path, 'path = "/books/"')
    assert (spec.name, spec.method, spec.path, spec.status, spec.weight) == (
        "books",
        "GET",
        "/books/",
        200,
        1,
    )


def test_a_query_follows_the_path(tmp_path: Path) -> None:
    spec = the_request(tmp_path, 'path = "/books/?new=1"\nquery = { page = 2, tag = ["a b", "c"] }')
    assert spec.path == "/books/?new=1&page=2&tag=a+b&tag=c"


def test_a_path_is_encoded_but_for_its_placeholders(tmp_path: Path) -> None:
    assert the_request(tmp_path, 'path = "/bücher/a b/%C3%A9/{id}/"\nvalues = [{ id = 1 }]').path == (
        "/b%C3%BCcher/a%20b/%C3%A9/{id}/"
    )


@pytest.mark.parametrize(
    ("line", "body", "kind"),
    [
        ('json = { title = "{title}" }', b'{"title":"{title}"}', "application/json"),
        ('form = { title = "a {title}" }', b"title=a+{title}", "application/x-www-form-urlencoded"),
        ('body = "plain {title}"', b"plain {title}", None),
    ],
)
def test_a_body_is_encoded_around_its_placeholders(
    tmp_path: Path, line: str, body: bytes, kind: str | None
) -> None:
    spec = the_request(tmp_path, f'path = "/"\nmethod = "POST"\n{line}\nvalues = [{{ title = "x" }}]')
    assert (spec.body, dict(spec.headers).get("Content-Type")) == (body, kind)


def test_a_content_type_of_its_own_is_kept(tmp_path: Path) -> None:
    lines = 'path = "/"\nmethod = "POST"\njson = []\nheaders = { content-type = "application/vnd.api+json" }'
    assert the_request(tmp_path, lines).headers == (("content-type", "application/vnd.api+json"),)


def test_files_make_a_multipart_form(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_bytes(b"\x89PNG")
    lines = 'path = "/"\nmethod = "POST"\nform = { title = "x" }\nfiles = { cover = "cover.png" }'
    body = the_request(tmp_path, lines).body
    assert b'name="title"\r\n\r\nx' in body
    assert b'name="cover"; filename="cover.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in body


def test_a_multipart_form_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    lines = 'path = "/"\nmethod = "POST"\nfiles = { cover = "a.txt" }'
    assert the_request(tmp_path, lines) == the_request(tmp_path, lines)


def test_values_come_from_a_list(tmp_path: Path) -> None:
    spec = the_request(tmp_path, 'path = "/{id}/"\nvalues = [{ id = 1 }, { id = "two" }]')
    assert spec.values == ({"id": "1"}, {"id": "two"})


def test_values_come_from_a_file_with_a_line_of_names(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text('\ufeffid, tag\n1,"a, b"\n\n2,c\n', encoding="utf-8")
    spec = the_request(tmp_path, 'path = "/{id}/"\nvalues = "ids.csv"')
    assert spec.values == ({"id": "1", "tag": "a, b"}, {"id": "2", "tag": "c"})


def test_a_request_may_go_without_the_log_in(tmp_path: Path) -> None:
    assert the_request(tmp_path, 'path = "/"\nlogin = false').anonymous


def test_names_come_from_paths_and_differ(tmp_path: Path) -> None:
    more = "".join(f"[[requests]]\npath = '{path}'\n" for path in ("/", "/books/?a=1", "/books/", "/none/"))
    assert [spec.name for spec in read_from(tmp_path, more).requests] == [
        "home",
        "books",
        "books-2",
        "none-page",
    ]


def test_a_name_that_is_given_is_not_taken_by_a_made_one(tmp_path: Path) -> None:
    more = '[[requests]]\npath = "/books/"\n[[requests]]\npath = "/all/"\nname = "books"\n'
    assert [spec.name for spec in read_from(tmp_path, more).requests] == ["books-2", "books"]


@pytest.mark.parametrize(("text", "is_one"), [(PROJECT, True), ("[run]\n", False), ("[project", False)])
def test_a_project_file_is_known_by_its_table(tmp_path: Path, text: str, is_one: bool) -> None:
    assert is_project(written(tmp_path, text)) is is_one


def test_without_a_file_there_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_project()


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "betterworker.toml"
    file.write_text('[project]\nsettings = "a.settings"\nenv_file = ".env"\n', encoding="utf-8-sig")
    (tmp_path / ".env").write_text("KEY=s3cret\n", encoding="utf-8-sig")
    assert is_project(file)
    assert read(file, {}).env == {"KEY": "s3cret"}
