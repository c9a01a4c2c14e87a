"""What docs/handler.md lists is what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from betterworker.handler.conf import KEYS, Options
from betterworker.handler.known import KNOWN
from betterworker.handler.pool import Pool

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "handler.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its own."""
    section = TEXT.partition(f"# {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_middleware_known_to_be_free_of_io_is_listed_and_no_other() -> None:
    listed = [row[0].strip("`") for row in rows("Middleware that is known to do no I/O")]
    assert sorted(listed) == sorted(KNOWN)


def test_what_is_always_free_of_io_is_said_to_be() -> None:
    said = {
        row[0].strip("`")
        for row in rows("Middleware that is known to do no I/O")
        if row[1].startswith("never")
    }
    always = KNOWN["django.middleware.common.CommonMiddleware"]
    assert said == {path for path, hooks in KNOWN.items() if hooks == always}


def test_every_setting_is_listed_with_its_default() -> None:
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows("Settings")}
    defaults = {each.name: each.default for each in fields(Options)}
    assert listed == {
        key: "[]" if defaults[name] == () else str(defaults[name]) for key, name in KEYS.items()
    }


def test_what_the_pool_shows_is_there() -> None:
    for name in re.findall(r"`(?:application\.pool)?\.(threads|busy|waiting)`", TEXT):
        assert isinstance(vars(Pool)[name], property)


def test_the_links_lead_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, anchor = target.partition("#")
        assert anchor in anchors if not file else (DOCS / file).exists()
