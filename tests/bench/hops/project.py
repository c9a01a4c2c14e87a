"""A Django project in a folder, with middleware of every kind, as a user has it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench.hops import Facts
from betterworker.bench.project.asking import Place, count_hops

STARTPROJECT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)

SETTINGS = """
from pathlib import Path

SECRET_KEY = "for tests"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(__file__).parents[1] / "db.sqlite3"}
}
USE_TZ = True
"""

MIDDLEWARE = """
import asyncio

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, transaction
from django.http import HttpResponseRedirect
from django.utils.decorators import async_only_middleware, sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin


class SyncOnly:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


def sync_function(get_response):
    def middleware(request):
        return get_response(request)

    return middleware


@sync_and_async_middleware
def either_function(get_response):
    if iscoroutinefunction(get_response):
        async def middleware(request):
            return await get_response(request)
    else:
        def middleware(request):
            return get_response(request)

    return middleware


@async_only_middleware
def with_a_thread(get_response):
    async def middleware(request):
        await asyncio.to_thread(len, "")
        return await get_response(request)

    return middleware


class Hooks(MiddlewareMixin):
    def process_request(self, request):
        pass

    def process_response(self, request, response):
        return response


class MoreHooks(Hooks):
    pass


class ViewHook(MiddlewareMixin):
    def process_view(self, request, view, args, kwargs):
        pass


class NotUsed(MiddlewareMixin):
    def __init__(self, get_response):
        raise MiddlewareNotUsed


class Fails(MiddlewareMixin):
    def process_request(self, request):
        raise ValueError("for a reason")


class Redirects(MiddlewareMixin):
    def process_request(self, request):
        return HttpResponseRedirect("https://elsewhere.example/")


class Writes(MiddlewareMixin):
    def process_request(self, request):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO visits VALUES (1)")


class Reads(MiddlewareMixin):
    def process_request(self, request):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM visits")


class CannotBeMade:
    def __init__(self, get_response):
        raise RuntimeError("no key for the service")
"""


@dataclass(frozen=True)
class Project:
    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Project:
        project = cls(folder)
        (folder / "mysite").mkdir()
        project.write("__init__", "")
        project.write("urls", "urlpatterns = []")
        project.write("middleware", MIDDLEWARE)
        return project

    def write(self, module: str, text: str) -> None:
        (self.folder / "mysite" / f"{module}.py").write_text(text)

    def check(self, *middleware: str, more: str = "") -> Facts:
        """``mysite.middleware`` may be left out of a name; ``more`` settings may be given."""
        paths = [path if "." in path else f"mysite.middleware.{path}" for path in middleware]
        self.write("settings", f"{SETTINGS}\nMIDDLEWARE = {paths!r}\n{more}")
        return self.count()

    def count(
        self,
        settings: str = "mysite.settings",
        *,
        python: str = sys.executable,
        secrets: tuple[str, ...] = (),
    ) -> Facts:
        return count_hops(Place(python=python, folder=self.folder, settings=settings, secrets=secrets))
