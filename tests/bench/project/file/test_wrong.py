"""Each mistake is told with the file, the line, the key, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file import read
from tests.bench.project.files import PROJECT, complaint

REQUEST = f'{PROJECT}# one\n[[requests]]\npath = "/"\n\n[[requests]]\n'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            'pathh = "/"',
            "8: pathh of [[requests]]: no key of [[requests]] is called 'pathh'. ",
        ),
        (
            "path = 3",
            "8: path of [[requests]]: expected text in quotes, got a whole number. For",
        ),
        ('name = "a"', '7: [[requests]]: lacks path. For example: path = "/books/"'),
        (
            'path = "/"\nmethod = "HEAD"\ncontains = "a"',
            "10: contains of [[requests]]: the answer to HEAD has no body",
        ),
        (
            'path = "/"\nmethod = "FETCH"',
            "9: method of [[requests]]: 'FETCH' is none of GET",
        ),
        (
            'path = "books/"',
            "8: path of [[requests]]: a path begins with /: write '/books/'",
        ),
        ('path = "http://a/"', "8: path of [[requests]]: write the path alone"),
        ('path = "/#top"', "8: path of [[requests]]: what follows a #"),
        (
            'path = "/{id}/"',
            "8: path of [[requests]]: {id} has no value. For example: values =",
        ),
        ('path = "/{setup.id}/"', "7: [[requests]]: {setup.NAME} is what the function of"),
        (
            'path = "/"\nname = "traffic"',
            "9: name of [[requests]]: 'traffic' means something",
        ),
        ('path = "/"\nname = "a:b"', "9: name of [[requests]]: at most 60 letters"),
        ('path = "/"\nstatus = 20', "9: status of [[requests]]: 20 is no final status"),
        (
            'path = "/"\nweight = 0',
            "9: weight of [[requests]]: a weight is a number above 0",
        ),
        (
            'path = "/"\nweight = 1e300',
            "9: weight of [[requests]]: a weight is a number above 0, at most a billion",
        ),
        (
            'path = "/"\nmode = "fast"',
            "9: mode of [[requests]]: invalid enum value 'fast'. For ex",
        ),
        (
            'path = "/"\n[requests.headers]\nAccept = "a"\nHost = "b"',
            "11: headers.Host of [[requests]]: Host cannot be given: write host in [project]",
        ),
        (
            'path = "/"\nheaders = { "a b" = "c" }',
            "9: headers.a b of [[requests]]: 'a b' is no",
        ),
        (
            'path = "/"\nheaders = { a = "b\\nc" }',
            "9: headers.a of [[requests]]: a header's value",
        ),
        (
            'path = "/"\nheaders = { a = 1 }',
            "9: headers of [[requests]]: expected text in quotes",
        ),
        (
            'path = "/"\ncookies = { a = "b;c" }',
            "9: cookies.a of [[requests]]: a cookie's value",
        ),
        (
            'path = "/"\nheaders = { Cookie = "a=b" }\ncookies = { a = "b" }',
            "10: cookies of [[requests]]: there is a header Cookie already",
        ),
        (
            'path = "/"\nbody = "a"\njson = 1',
            "10: json of [[requests]]: there is a body already",
        ),
        ('path = "/"\nfiles = { a = "absent" }', "9: files.a of [[requests]]: "),
        ('path = "/"\nvalues = "absent.csv"', "9: values of [[requests]]: "),
        (
            'path = "/"\nvalues = [{ id = 1 }]',
            "9: values of [[requests]]: no value is used: write",
        ),
        (
            'path = "/{a}"\nvalues = [\n  { a = 1 },\n  { b = 1 },\n]',
            "9: values of [[requests]]: row 2 has other names than the first: a",
        ),
        ('path = "/${HERE}"', "8: path of [[requests]]: ${HERE} is not set: export HERE=…"),
        ('path = "/${a b}"', "8: path of [[requests]]: ${a b} is no variable's name"),
    ],
)
def test_a_wrong_request_is_told_with_its_line(tmp_path: Path, lines: str, said: str) -> None:
    assert complaint(tmp_path, REQUEST + lines).startswith(f"betterworker.toml:{said}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'setings = "a"',
            "3: setings of [project]: no key of [project] is called 'setings'. Did ",
        ),
        ('folder = "absent"', "3: folder of [project]: "),
        ('python = "absent"', "3: python of [project]: absent is no interpreter"),
        ('python = "."', "3: python of [project]: . is no interpreter"),
        ('wsgi = "mysite"', "3: wsgi of [project]: is module:name. For example: wsgi = "),
        ('setup = "a b"', "3: setup of [project]: is module:name"),
        ('host = "http://a"', "3: host of [project]: is a name alone"),
        (
            'https = "yes"',
            "3: https of [project]: expected true or false, got text in quotes.",
        ),
        ("env = { A = true }", "3: env of [project]: expected "),
        ('env_file = ".env"', "3: env_file of [project]: "),
    ],
)
def test_a_wrong_project_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    assert complaint(tmp_path, PROJECT + line).startswith(f"betterworker.toml:{said}")


def test_two_requests_of_one_name_are_refused(tmp_path: Path) -> None:
    text = f'{PROJECT}[[requests]]\nname = "a"\npath = "/"\n[[requests]]\npath = "/b"\nname = "a"\n'
    assert complaint(tmp_path, text).startswith("betterworker.toml:4: name of [[requests]]: two requests")


def test_a_table_that_lacks_the_settings_is_refused(tmp_path: Path) -> None:
    said = 'betterworker.toml:2: [project]: lacks settings. For example: settings = "mysite.settings"'
    assert complaint(tmp_path, '\n[project]\nhost = "a"\n') == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROJECT + '[requests]\npath = "/"\n', "betterworker.toml:3: [[requests]]: is a list of tables"),
        (PROJECT + "[[login]]\n", "betterworker.toml:3: [login]: is one table: write [login]"),
        (
            PROJECT + '[login]\npath = "/in"\n',
            "betterworker.toml:3: [login]: lacks fields. For example: fields =",
        ),
        ("[run]\n", "betterworker.toml has no table [project]: betterworker init writes one."),
        (
            "[project\n",
            "betterworker.toml cannot be used: Expected ']' at the end of a table declaration (at line 1",
        ),
    ],
)
def test_a_wrong_shape_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert complaint(tmp_path, text).startswith(said)


def test_a_file_of_variables_is_told_with_its_own_line_and_without_its_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nhunter2 is my password\n")
    said = complaint(tmp_path, f'{PROJECT}env_file = ".env"\n')
    assert ".env, line 2: not NAME=value" in said
    assert "hunter2" not in said


def test_a_row_with_a_value_too_many_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("id\n1\n2,3\n")
    said = complaint(tmp_path, f'{PROJECT}[[requests]]\npath = "/{{id}}"\nvalues = "ids.csv"\n')
    assert "ids.csv, line 3: 2 values for 1 names" in said


def test_a_file_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("id\n" + "1\n" * 10_001)
    said = complaint(tmp_path, f'{PROJECT}[[requests]]\npath = "/{{id}}"\nvalues = "ids.csv"\n')
    assert "ids.csv has more than 10,000 rows" in said


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.toml cannot be used"):
        read(tmp_path / "absent.toml", {})


def test_a_list_of_ten_thousand_lines_is_no_delay(tmp_path: Path) -> None:
    rows = "".join(f"  {{ id = {number} }},\n" for number in range(10_000))
    text = f'{PROJECT}[[requests]]\npath = "/{{id}}"\nvalues = [\n{rows}]\nwrong = 1\n'
    assert complaint(tmp_path, text).startswith("betterworker.toml:10007: wrong of [[requests]]")


def test_the_text_of_the_file_may_use_any_toml(tmp_path: Path) -> None:
    text = (
        PROJECT
        + '''
[[requests]] # "quoted"
"path" = """
/a]
"""
headers.Accept = 'text/[html]'
headers . "X-A" = 1
'''
    )
    assert complaint(tmp_path, text).startswith("betterworker.toml:8: headers of [[requests]]")


@pytest.mark.parametrize("path", ["books/7", "https://www.example.com/books/7"])
def test_a_value_that_is_all_of_a_path_begins_with_a_slash(tmp_path: Path, path: str) -> None:
    (tmp_path / "paths.csv").write_text(f"path\n/books/1\n{path}\n")
    said = complaint(
        tmp_path, f'{PROJECT}[[requests]]\npath = "{{path}}"\nname = "a"\nvalues = "paths.csv"\n'
    )
    assert "values of [[requests]]: row 2 has no path for {path}" in said


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("id,id\n1,2\n")
    said = complaint(tmp_path, f'{PROJECT}[[requests]]\npath = "/{{id}}"\nvalues = "ids.csv"\n')
    assert "ids.csv has two columns 'id'" in said
