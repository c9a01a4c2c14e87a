"""Wagtail's starter site (``wagtail start``), migrated, with a few pages. It comes with a Dockerfile and
without an asgi.py; its settings are those of development."""

from __future__ import annotations

from pathlib import Path

from tests.projects.environments import environment
from tests.projects.making import manage, run, write

START = "from wagtail.bin.wagtail import main; main()"
PAGES = ("About", "News", "Contact")
FILES = {
    "home/management/__init__.py": "",
    "home/management/commands/__init__.py": "",
    "home/management/commands/add_pages.py": """
        from django.core.management.base import BaseCommand

        from home.models import HomePage


        class Command(BaseCommand):
            def add_arguments(self, parser):
                parser.add_argument("titles", nargs="+")

            def handle(self, *args, titles, **options):
                root = HomePage.objects.get(slug="home")
                for title in titles:
                    root.add_child(instance=HomePage(title=title, slug=title.lower()))
    """,
}


def own_environment() -> Path:
    return environment("wagtail", "wagtail>=7.2", "Django>=5.2,<6", with_pip=True)


def make(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".venv").symlink_to(own_environment())
    run(folder, "-c", START, "start", "mysite", ".")
    write(folder, FILES)
    manage(folder, "migrate", "--verbosity=0")
    manage(folder, "add_pages", *PAGES)
    return folder
