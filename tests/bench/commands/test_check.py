"""``betterworker check``: which project it looks at, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from betterworker.bench import cli, hops
from betterworker.bench.commands import check
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Database, Probes, Stall
from betterworker.bench.project import asking
from betterworker.bench.project.asking import Place
from betterworker.bench.project.diagnosis import Order
from betterworker.bench.project.facts import Facts, Url
from tests.bench.diagnosis.builders import a_probed
from tests.bench.hops.test_told import a_middleware, facts
from tests.bench.project.builders import a_database, a_facts
from tests.bench.project.sites import Site

STALLED = a_probed(key="/books/:async", stall=Stall(ms=102.0, times=3, stack=("shop/views.py:3 in books",)))
HERE = a_database(name="shop")


class Asked:
    """Stands for the project's interpreter, and keeps what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.places: list[Place] = []
        self.orders: list[Sequence[Order]] = []
        self.hopped: hops.Facts | str = facts(a_middleware("site.Mine"))
        self.databases: tuple[Database, ...] = (HERE,)
        self.secrets: tuple[str, ...] = ()
        self.unlooked: tuple[str, ...] = ()
        monkeypatch.setattr(asking, "ask", self.ask)
        self.counted = 0
        monkeypatch.setattr(check, "counted", self.count)
        monkeypatch.setattr(check, "look", self.look)

    def ask(self, place: Place) -> Facts:
        if place.settings == "absent":
            raise BadInput("No module absent.")
        self.places.append(place)
        return a_facts(databases=self.databases, secrets=self.secrets)

    def count(self, _place: Place) -> hops.Facts | str:
        self.counted += 1
        return self.hopped

    def look(self, place: Place, orders: Sequence[Order], *_: object) -> Probes:
        self.orders.append(orders)
        return Probes(requests=(STALLED,), unlooked=self.unlooked)

    def called(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, ["check", *arguments])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    monkeypatch.chdir(tmp_path)
    return Asked(monkeypatch)


def test_the_hops_come_before_the_costs(asked: Asked) -> None:
    output = asked.called("mysite.settings", "--python", "theirs").output
    assert output.index("Mine") < output.index("What costs this site")
    assert "GET /books/ holds the event loop" in output
    assert "At shop/views.py:3 in books." in " ".join(output.split())
    assert click.unstyle(output) == output


def test_machines_get_both(asked: Asked) -> None:
    told = json.loads(asked.called("mysite.settings", "--json").output)
    assert told["middleware"][0]["path"] == "site.Mine"
    assert [cost["topic"] for cost in told["costs"]] == ["blocking"]
    assert told["looked"]


def test_hops_that_cannot_be_counted_stop_nothing(asked: Asked) -> None:
    asked.hopped = "The handler needs Django 5.2 or later."
    result = asked.called("mysite.settings")
    assert (result.exit_code, "What costs this site" in result.output) == (0, True)


def test_the_file_here_says_which_project(asked: Asked) -> None:
    Path("manage.py").write_text("import django")
    Path("betterworker.toml").write_text(
        '[project]\nsettings = "shop.settings"\npython = "/bin/sh"\n[[requests]]\npath = "/books/"\n'
    )
    assert asked.called().exit_code == 0
    assert [place.settings for place in asked.places] == ["shop.settings"]
    assert [order.path for order in asked.orders[0]] == ["/books/"]


def test_another_folder_can_be_named(asked: Asked) -> None:
    other = Path("other")
    other.mkdir()
    assert asked.called("shop.settings", "--folder", "other").exit_code == 0
    assert [place.folder for place in asked.places] == [other.absolute()]


def test_another_machines_database_is_not_asked_unless_it_is_named(asked: Asked) -> None:
    asked.databases = (a_database(host="db.internal"),)
    output = asked.called("mysite.settings").output
    assert not asked.orders
    assert asked.counted == 0  # middleware may ask it too
    assert "Not looked at: the requests by themselves: database default is on db.internal" in output


def test_urls_that_were_not_asked_are_named(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = [Url(pattern=f"{n}/", path=f"/{n}/", view=f"shop.{n}", mode="sync") for n in range(13)]
    monkeypatch.setattr(asking, "ask", lambda _: a_facts(databases=(HERE,), urls=tuple(urls)))
    told = json.loads(asked.called("mysite.settings", "--json").output)
    assert [order.path for order in asked.orders[0]] == [f"/{n}/" for n in range(12)]
    assert told["looked"][-1] == "Not looked at: 1 more URL (/12/): name it in [[requests]]."


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_secret_of_the_settings_is_told_to_nobody(asked: Asked, option: tuple[str, ...]) -> None:
    asked.secrets, asked.unlooked = ("planted-4242",), ("GET /books/: ValueError: planted-4242",)
    told = json.dumps(asked.called("mysite.settings", *option).output, ensure_ascii=False)
    assert "planted-4242" not in told
    assert "ValueError: " in told


def test_bad_input_is_the_users_to_mend(asked: Asked) -> None:
    assert isinstance(asked.called("absent").exception, BadInput)
    assert "give the settings' module, as mysite.settings" in str(
        asked.called("mysite/settings.py").exception
    )
    assert "No Django project here" in str(asked.called().exception)


def test_a_real_project_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site.make(tmp_path / "site").views(
        # As long as another thread needs for its turns: then whoever looks has had some as well.
        "import threading, time\n\ndef turns():\n    for _ in range(20):\n        time.sleep(0.005)\n\n"
        "async def slow(request):\n    other = threading.Thread(target=turns)\n    other.start()\n"
        "    while other.is_alive():\n        time.sleep(0.05)\n    return HttpResponse()\n"
    )
    monkeypatch.chdir(site.urls('path("slow/", views.slow)').folder)
    told = json.loads(CliRunner().invoke(cli.cli, ["check", "mysite.settings", "--json"]).output)
    (blocking,) = (cost for cost in told["costs"] if cost["topic"] == "blocking")
    assert blocking["what"].startswith("GET /slow/ holds the event loop")
    assert [place.rpartition(" ")[2] for place in blocking["where"]] == ["slow"]
