"""A fresh ``startproject`` on the interpreter of the tests, to be changed and asked."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from betterworker.bench.project.asking import Place, ask, try_urls
from betterworker.bench.project.facts import Facts, Tried
from tests.patience import PATIENCE_S
from tests.projects.making import add, change, write

URLS = """
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.views import View

from mysite import views

urlpatterns = [
{patterns}
]
"""


@dataclass(frozen=True)
class Site:
    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path) -> Site:
        """``mysite`` with the views that a test writes, and no database yet."""
        (folder / "mysite").mkdir(parents=True, exist_ok=True)
        for path, text in _template().items():
            (folder / path).write_bytes(text)
        site = cls(folder)
        site.write("mysite/views.py", "from django.http import HttpResponse, JsonResponse")
        return site

    def write(self, path: str, text: str) -> Site:
        write(self.folder, {path: text})
        return self

    def settings(self, text: str) -> Site:
        """More of them, at their end."""
        add(self.folder, "mysite/settings.py", f"\n{text}\n")
        return self

    def change(self, path: str, old: str, new: str) -> Site:
        change(self.folder, path, old, new)
        return self

    def views(self, text: str) -> Site:
        add(self.folder, "mysite/views.py", f"\n{text}")
        return self

    def urls(self, *patterns: str) -> Site:
        lines = "\n".join(f"    {pattern}," for pattern in patterns)
        (self.folder / "mysite/urls.py").write_text(URLS.format(patterns=lines))
        return self

    def manage(self, *arguments: str) -> Site:
        _run("manage.py", *arguments, folder=self.folder)
        return self

    def migrated(self) -> Site:
        (self.folder / "db.sqlite3").write_bytes(_database())
        return self

    @property
    def place(self) -> Place:
        return Place(python=sys.executable, folder=self.folder, settings="mysite.settings", env=self.env)

    def ask(self) -> Facts:
        return ask(self.place)

    def get(self, path: str, *, host: str = "localhost", https: bool = False) -> Tried:
        return self.get_all([path], host=host, https=https)[0]

    def get_all(
        self, paths: Sequence[str], *, host: str = "localhost", https: bool = False
    ) -> tuple[Tried, ...]:
        return try_urls(self.place, paths, host=host, https=https).tried


@functools.cache
def _template() -> dict[str, bytes]:
    """What startproject makes: texts by path."""
    with tempfile.TemporaryDirectory(prefix="betterworker-tests-") as name:
        folder = Path(name)
        _run("-m", "django", "startproject", "mysite", ".", folder=folder)
        files = (file for file in folder.rglob("*") if file.is_file() and file.suffix == ".py")
        return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@functools.cache
def _database() -> bytes:
    """With every migration of a fresh project."""
    with tempfile.TemporaryDirectory(prefix="betterworker-tests-") as name:
        return (Site.make(Path(name)).manage("migrate").folder / "db.sqlite3").read_bytes()


def _run(*arguments: str, folder: Path) -> None:
    subprocess.run(
        [sys.executable, *arguments], cwd=folder, check=True, capture_output=True, timeout=PATIENCE_S
    )
