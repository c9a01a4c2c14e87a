"""A project that does, as its URLs are imported, all that must not be done inside it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.bench.project.sites import Site

SETTINGS = """
import django
INSTALLED_APPS.append("mysite.apps.Config")
DATABASES["elsewhere"] = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.internal"}
DATABASES["absent"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{BASE_DIR}/absent.db?mode=rwc"}
DATABASES["there"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{BASE_DIR}/db.sqlite3?mode=rwc"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://r.internal"}}
BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if django.VERSION < (6, 1):
    EMAIL_BACKEND, EMAIL_FILE_PATH = BACKEND, BASE_DIR / "mail"
else:
    MAILERS = {"default": {"BACKEND": BACKEND, "OPTIONS": {"file_path": BASE_DIR / "mail"}}}
"""
#: Of the thread that sets Django up; it is open before anything is refused.
APPS = """
from django.apps import AppConfig
from django.db import connection

class Config(AppConfig):
    name = "mysite"

    def ready(self):
        connection.ensure_connection()
"""
URLS = """
import json
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection, send_mail
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.urls import path

def execute(sql, alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)

def call(name):
    with connection.cursor() as cursor:
        cursor.callproc(name)

def around():
    connection.ensure_connection()
    connection.connection.execute("INSERT INTO visits VALUES (1)")
    connection.connection.commit()

def in_bulk():
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO visits VALUES (%s)", [(1,)])

def mail_by_name():
    backend = "django.core.mail.backends.filebased.EmailBackend"
    by_name = get_connection(backend, file_path=settings.BASE_DIR / "mail")
    by_name.send_messages([EmailMessage("a", "b", "c@example.com", ["d@example.com"])])

TRIED = {
    "insert": lambda: execute("INSERT INTO visits VALUES (1)"),
    "insert from": lambda: execute("WITH a AS (SELECT 1) INSERT INTO visits SELECT * FROM a"),
    "create": lambda: execute("CREATE TABLE more (id)"),
    "in bulk": in_bulk,
    "procedure": lambda: call("clean_up"),
    "around": around,
    "elsewhere": lambda: execute("SELECT 1", "elsewhere"),
    "absent": lambda: execute("SELECT 1", "absent"),
    "there": lambda: execute("SELECT * FROM visits", "there"),
    "cache": lambda: cache.set("a", 1),
    "mail": lambda: send_mail("a", "b", "c@example.com", ["d@example.com"]),
    "mail by name": mail_by_name,
}

def told(attempt):
    try:
        attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

(settings.BASE_DIR / "told.json").write_text(json.dumps({name: told(each) for name, each in TRIED.items()}))
urlpatterns = [path("", lambda request: HttpResponse())]
"""


def make(folder: Path) -> Site:
    site = Site.make(folder).settings(SETTINGS).write("mysite/apps.py", APPS).write("mysite/urls.py", URLS)
    (site.folder / "mail").mkdir()
    with sqlite3.connect(site.folder / "db.sqlite3") as database:
        database.execute("CREATE TABLE visits (id)")
    database.close()
    return site


def told(site: Site) -> dict[str, str | None]:
    """What each attempt raised; None where it raised nothing."""
    tried: dict[str, str | None] = json.loads((site.folder / "told.json").read_text())
    return tried


def written(site: Site) -> list[object]:
    """All that was written anywhere."""
    with sqlite3.connect(site.folder / "db.sqlite3") as database:
        rows = database.execute("SELECT * FROM visits").fetchall()
        tables = database.execute("SELECT name FROM sqlite_master WHERE name != 'visits'").fetchall()
    database.close()
    return [*rows, *tables, *(site.folder / "mail").iterdir(), *site.folder.glob("absent.db*")]
