"""What a project's interpreter tells: real projects, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import django
import pytest

from betterworker.bench.errors import BadInput, BenchError
from betterworker.bench.model.projects import Cache, Database
from betterworker.bench.project.asking import Place, ask, told
from betterworker.bench.project.hooks import Returned
from betterworker.bench.project.inside import backends
from tests.bench.project.builders import a_mailer
from tests.bench.project.sites import Site
from tests.bench.waiting import all_gone, descendants, until
from tests.patience import PATIENCE_S


def test_a_fresh_project_is_known(site: Site) -> None:
    facts = site.ask()
    assert (facts.wsgi, facts.asgi) == ("mysite.wsgi:application", "mysite.asgi:application")
    assert (facts.debug, facts.allowed_hosts, facts.ssl_redirect) == (True, (), False)
    assert facts.django_version >= (5, 2)
    assert facts.packages["django"] == facts.django
    assert facts.databases == (
        Database(alias="default", engine="django.db.backends.sqlite3", name=str(site.folder / "db.sqlite3")),
    )


def test_by_which_way_mail_is_sent_is_known(site: Site) -> None:
    site.settings('globals().pop("MAILERS", None)\nEMAIL_HOST = "mx"')
    assert site.ask().mailers == (a_mailer("smtp", host="mx"),)


def test_mailers_take_the_place_of_the_older_settings(site: Site) -> None:
    """Of Django 6.1, which is told by what it has; the test has it of any."""
    site.settings('from django.core import mail\nmail.mailers = getattr(mail, "mailers", None)')
    site.settings(
        'MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}, '
        '"bulk": {"OPTIONS": {"host": "mx"}}}'
    )
    assert site.ask().mailers == (a_mailer("console", host=""), a_mailer("smtp", "bulk", "mx"))


@pytest.mark.skipif(django.VERSION >= (6, 1), reason="Django has MAILERS from 6.1 on.")
def test_before_it_has_them_such_a_setting_is_the_projects_own(site: Site) -> None:
    assert site.settings("MAILERS = 3").ask().mailers == (a_mailer("smtp"),)


def test_the_folder_stays_as_it_was(site: Site) -> None:
    before = sorted(site.folder.rglob("*"))
    site.ask()
    site.get("/")
    assert sorted(site.folder.rglob("*")) == before


def test_a_database_that_is_not_there_is_said_and_not_made(site: Site) -> None:
    facts = site.ask()
    assert facts.unreachable is not None
    assert f"there is no database {site.folder / 'db.sqlite3'}: python manage.py migrate" in facts.unreachable


def test_migrations_that_are_not_applied_are_told(site: Site) -> None:
    assert site.manage("migrate", "contenttypes").ask().unapplied[0] == "auth.0001_initial"
    assert site.migrated().ask().unapplied == ()


def test_a_database_that_cannot_be_reached_is_said(site: Site) -> None:
    facts = site.settings(
        'DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ann", '
        '"PASSWORD": "pl4nted", "HOST": "127.0.0.1", "PORT": 1, "CONN_MAX_AGE": None}'
    ).ask()
    (database,) = facts.databases
    assert (database.host, database.port, database.conn_max_age) == ("127.0.0.1", "1", None)
    assert database.driver is not None
    assert database.driver.startswith("psycopg 3")
    assert facts.unreachable is not None
    assert "OperationalError" in facts.unreachable
    assert "pl4nted" not in repr(facts)


def test_where_libpq_is_led_to_is_the_host(site: Site) -> None:
    site.settings(
        'DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"service": "live"}}'
    )
    assert site.ask().databases[0].host == "service live"


def test_caches_and_brokers_are_told_by_host_without_passwords(site: Site) -> None:
    facts = site.settings(
        'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", '
        '"LOCATION": ["redis://:pl4nted@one:6379/1", "redis://two"]}}\n'
        'CELERY_BROKER_URL = "amqp://ann:pl4nted@rabbit:5672//"\nSITE_URL = "https://example.com/"'
    ).ask()
    assert facts.caches == (
        Cache(
            alias="default",
            backend="django.core.cache.backends.redis.RedisCache",
            hosts=("one", "two"),
        ),
    )
    assert facts.elsewhere == (("CELERY_BROKER_URL", "rabbit"),)
    assert "pl4nted" not in repr(facts)


def test_urls_are_flat_with_their_views_and_modes(site: Site) -> None:
    site.views(
        "async def soon(request): return HttpResponse()\ndef book(request, pk): return HttpResponse()\n"
        "from django.views import View\n"
        "class Shelf(View):\n    async def get(self, request): return HttpResponse()"
    )
    site.urls(
        'path("books/", include([path("soon/", views.soon, name="soon"), path("<int:pk>/", views.book)]))',
        r're_path(r"^shelf(?:/(?P<page>\d+))?/$", views.Shelf.as_view())',
        'path("books/soon/", views.book)',
    )
    urls = {(url.pattern, url.view): url for url in site.ask().urls}
    soon = urls["/books/soon/", "mysite.views.soon"]
    assert (soon.path, soon.mode, soon.name) == ("/books/soon/", "async", "soon")
    assert urls["/books/<int:pk>/", "mysite.views.book"].path is None
    shelf = next(url for url in urls.values() if url.view == "mysite.views.Shelf")
    assert (shelf.path, shelf.mode) == ("/shelf/", "async")
    assert urls["/books/soon/", "mysite.views.book"].path is None


def test_urls_in_languages_have_the_one_of_the_settings(site: Site) -> None:
    site.write(
        "mysite/urls.py",
        """
        from django.conf.urls.i18n import i18n_patterns
        from django.contrib import admin
        from django.urls import path

        urlpatterns = i18n_patterns(path("admin/", admin.site.urls))
        """,
    ).settings('LANGUAGE_CODE = "de"')
    index = next(url for url in site.ask().urls if url.name == "index")
    assert (index.path, index.namespace) == ("/de/admin/", "admin")


LOCALE = 'MIDDLEWARE.insert(2, "django.middleware.locale.LocaleMiddleware")'


def in_languages(site: Site, more: str = "") -> Site:
    patterns = f'i18n_patterns(path("shop/", views.shop, name="shop"){more})'
    site.views("def shop(request): return HttpResponse()").settings('LOGIN_URL = "shop"')
    return site.write(
        "mysite/urls.py",
        f"""
        from django.conf.urls.i18n import i18n_patterns
        from django.urls import path

        from mysite import views

        urlpatterns = {patterns}
        """,
    )


@pytest.mark.parametrize(
    ("settings", "more", "path"),
    [
        (LOCALE, "", "/en/shop/"),
        (LOCALE, ", prefix_default_language=False", "/shop/"),
        ("", "", "/en-us/shop/"),
        (f'{LOCALE}\nLANGUAGES = [("en-us", "American")]', "", "/en-us/shop/"),
        (f'{LOCALE}\nLANGUAGES = [("de", "German")]', "", "/en-us/shop/"),
    ],
)
def test_the_language_of_startproject_is_that_which_answers(
    site: Site, settings: str, more: str, path: str
) -> None:
    facts = in_languages(site, more).settings(settings).ask()
    assert ([url.path for url in facts.urls], facts.login_path) == ([path], path)


def test_a_path_in_a_language_has_a_view_and_an_answer(site: Site) -> None:
    site.settings(LOCALE)
    for tried in in_languages(site).get_all(["/en/shop/", "/de/shop/"]):
        assert (tried.status, tried.view) == (200, "mysite.views.shop")


def test_no_asgi_file_is_said(site: Site) -> None:
    (site.folder / "mysite/asgi.py").unlink()
    facts = site.ask()
    assert (facts.asgi, facts.asgi_problem) == (None, "the project has no asgi.py")


def test_an_asgi_file_that_fails_is_said_with_its_line(site: Site) -> None:
    site.write("mysite/asgi.py", "import channels_of_sand")
    facts = site.ask()
    assert facts.asgi is None
    assert facts.asgi_problem is not None
    assert "mysite/asgi.py:1: import channels_of_sand" in facts.asgi_problem
    assert "No module named 'channels_of_sand'" in facts.asgi_problem


def test_applications_are_found_beside_settings_that_are_a_package(site: Site) -> None:
    settings = (site.folder / "mysite/settings.py").read_text()
    (site.folder / "mysite/settings.py").unlink()
    site.write("mysite/settings/production.py", settings.replace("WSGI_APPLICATION", "WSGI_WAS"))
    facts = ask(Place(python=sys.executable, folder=site.folder, settings="mysite.settings.production"))
    assert (facts.wsgi, facts.asgi) == ("mysite.wsgi:application", "mysite.asgi:application")


def test_urls_that_fail_to_import_are_said(site: Site) -> None:
    facts = site.urls('path("", views.nobody)').ask()
    assert facts.urls_problem is not None
    assert "mysite/urls.py" in facts.urls_problem
    assert "has no attribute 'nobody'" in facts.urls_problem


def test_settings_that_fail_to_import_show_their_own_lines_alone(site: Site) -> None:
    site.write("mysite/reading.py", "def read():\n    return {}['key']").settings(
        "from mysite.reading import read\nSECRET_KEY = read()"
    )
    with pytest.raises(BadInput) as error:
        site.ask()
    lines = str(error.value).splitlines()
    assert lines[0] == "mysite.settings cannot be imported:"
    assert [line.split(":", 1)[0].strip() for line in lines[1:3]] == [
        "mysite/settings.py",
        "mysite/reading.py",
    ]
    assert lines[3] == "  KeyError: 'key'"


@pytest.mark.parametrize(
    "line",
    [
        'SECRET_KEY = os.environ["SITE_KEY"]',
        'raise ImproperlyConfigured("Set the SITE_KEY environment variable")',
        'raise LookupError("SITE_KEY not found. Declare it as envvar or define a default value.")',
    ],
)
def test_a_variable_that_is_missing_is_asked_for(site: Site, line: str) -> None:
    site.settings(f"import os\nfrom django.core.exceptions import ImproperlyConfigured\n{line}")
    (site.folder / ".env.example").touch()
    with pytest.raises(BadInput, match=r"It needs SITE_KEY .*--env-file \.env\.example .*env_file = "):
        site.ask()


def test_a_variable_that_is_given_is_there(site: Site) -> None:
    site.settings('import os\nDEBUG = os.environ["SITE_DEBUG"] == "1"')
    assert Site(site.folder, env={"SITE_DEBUG": "0"}).ask().debug is False


def test_a_module_that_is_missing_may_be_another_interpreters(site: Site) -> None:
    site.settings("import nobody_has_this")
    with pytest.raises(BadInput, match=r"(?s)nobody_has_this.*The interpreter was .*--python PATH"):
        site.ask()


def test_settings_that_are_not_there_are_said(site: Site) -> None:
    place = Place(python=sys.executable, folder=site.folder, settings="mysite.production")
    with pytest.raises(
        BadInput, match=r"mysite\.production in .*--settings MODULE of init, or settings in \[project\]"
    ):
        ask(place)


def test_what_a_project_prints_is_not_the_answer(site: Site) -> None:
    assert site.settings('print("{}")').ask().debug


def test_a_project_that_ends_the_process_is_told_with_what_it_wrote(site: Site) -> None:
    site.settings("import os, sys\nprint('no licence', file=sys.stderr, flush=True)\nos._exit(3)")
    with pytest.raises(BenchError, match=r"(?s)could not be asked \(status 3\).*no licence"):
        site.ask()


def test_a_project_that_waits_is_not_waited_for(site: Site) -> None:
    site.settings("import time\ntime.sleep(60)")
    with pytest.raises(BenchError, match="something in it waits"):
        told(site.place, "facts", {"settings": "mysite.settings", "hosts": ()}, dict, patience_s=1.0)


def test_whoever_asks_may_be_killed_and_leaves_nothing(site: Site) -> None:
    site.settings("import threading\nthreading.Event().wait(100)")
    asks = (
        "import os, sys; from pathlib import Path; from betterworker.bench.project.asking import Place, ask; "
        "ask(Place(python=sys.executable, folder=Path(os.environ['SITE']), settings='mysite.settings'))"
    )
    env = {**os.environ, "SITE": str(site.folder)}
    with subprocess.Popen([sys.executable, "-c", asks], env=env) as asker:
        assert until(lambda: descendants(asker.pid), timeout_s=60)
        asked = descendants(asker.pid)
        asker.kill()
    assert all_gone(asked)


def test_a_process_that_ends_without_a_word_is_told_with_what_may_be_wrong(site: Site) -> None:
    site.settings("import os\nos._exit(3)")
    for python, status in ((sys.executable, 3), ("/bin/false", 1)):
        with pytest.raises(BenchError, match=rf"could not be asked \(status {status}\)") as error:
            ask(replace(site.place, python=python))
        assert f"{python} ended without a word" in str(error.value)
        assert 'python = "…" in [project]' in str(error.value)


def test_a_python_that_cannot_read_what_is_asked_is_too_old(site: Site) -> None:
    python = site.folder / "python3.6"
    said = 'File "inside/boot.py", line 8\nSyntaxError: future feature annotations is not defined'
    python.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(BadInput, match=r"Projects are measured on Python 3\.9 or later") as error:
        ask(replace(site.place, python=str(python)))
    assert f"{python} is older" in str(error.value)


def test_an_interpreter_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be run"):
        ask(Place(python=str(tmp_path / "python"), folder=tmp_path, settings="mysite.settings"))


READY = """
import json, pathlib
from django.apps import AppConfig
from django.core.cache import cache
from django.db import connection

class Config(AppConfig):
    name = "mysite"

    def ready(self):
        try:
            connection.cursor()
        except Exception as error:
            said = str(error)
        kind = type(cache._connections["default"]).__name__
        pathlib.Path("ready.json").write_text(json.dumps([said, kind]))
"""


def test_what_is_elsewhere_is_not_reached_as_an_app_begins_either(site: Site) -> None:
    site.write("mysite/apps.py", READY).settings(
        'INSTALLED_APPS.append("mysite.apps.Config")\n'
        'DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.internal"}\n'
        'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", '
        '"LOCATION": "redis://redis.internal"}}'
    )
    facts = site.ask()
    said, cache = json.loads((site.folder / "ready.json").read_text())
    assert "another machine, and was not connected to" in said
    assert cache == "LocMemCache"
    assert facts.caches[0].hosts == ("redis.internal",)


def of_databases(site: Site, entry: str) -> str:
    return site.settings(f'DATABASES["default"] = {entry}').ask().databases[0].host


@pytest.mark.parametrize("name", ["hostaddr", "PGHOSTADDR"])
def test_an_address_that_libpq_goes_to_is_a_host_as_well(site: Site, name: str) -> None:
    options = {"hostaddr": "10.0.0.5"} if name == "hostaddr" else {}
    site.env.update({"PGHOSTADDR": "10.0.0.5"} if not options else {})
    entry = {"ENGINE": "django.db.backends.postgresql", "HOST": "localhost", "OPTIONS": options}
    assert of_databases(site, repr(entry)) == "localhost,10.0.0.5"


def test_the_host_of_mysqls_own_file_is_known(site: Site) -> None:
    site.write("my.cnf", "[client]\nhost = db.internal\npassword = secret\nskip-ssl\n")
    options = {"read_default_file": site.folder / "my.cnf"}
    assert backends.database_host({"ENGINE": "django.db.backends.mysql", "OPTIONS": options}) == "db.internal"


def test_a_file_of_mysqls_that_cannot_be_read_is_another_machine() -> None:
    entry = {"ENGINE": "django.db.backends.mysql", "OPTIONS": {"read_default_file": "/absent/my.cnf"}}
    assert backends.database_host(entry) == "file /absent/my.cnf"


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("db.internal:1521/shop", "db.internal"),
        ("localhost:1521/shop", "localhost"),
        ("shop", "service shop"),
    ],
)
def test_oracles_name_may_be_an_address(name: str, host: str) -> None:
    assert backends.database_host({"ENGINE": "django.db.backends.oracle", "NAME": name}) == host


FAR = """
CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [("channels.example", 6379)]}}}
RQ_QUEUES = {"default": {"HOST": "rq.example", "PORT": 6379, "PASSWORD": "pl4nted"}}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "x", "URL": "http://ann:pl4nted@haystack.example:9200/"}}
ELASTICSEARCH_DSL = {"default": {"hosts": "elastic.example:9200"}}
Q_CLUSTER = {"redis": {"host": "ann:pl4nted@q.example", "port": 6379}, "orm": "default"}
WORKERS = {"brokers": [{"url": "amqp://ann:pl4nted@broker.example//"}]}
STORAGES = {**globals().get("STORAGES", {}), "files": {"OPTIONS": {"endpoint_url": "https://s3.example"}}}
"""
NEAR = """
PAYMENT_API = "https://pay.example/v1"
API_DOCS = {"CONTACT": {"url": "https://docs.example"}, "LOCATION": "media/", "HOST": "/run/a.sock"}
STREAM = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
LOGGING = {"version": 1, "handlers": {"out": STREAM}}
ROUND = {}
ROUND["self"] = ROUND
"""


def test_servers_in_tables_of_settings_are_told_without_passwords(site: Site) -> None:
    facts = site.settings(FAR).ask()
    assert facts.elsewhere == (
        ("CHANNEL_LAYERS", "channels.example"),
        ("ELASTICSEARCH_DSL", "elastic.example"),
        ("HAYSTACK_CONNECTIONS", "haystack.example"),
        ("Q_CLUSTER", "q.example"),
        ("RQ_QUEUES", "rq.example"),
        ("STORAGES", "s3.example"),
        ("WORKERS", "broker.example"),
    )
    assert "pl4nted" not in repr(facts)


def test_what_is_for_browsers_or_no_address_is_no_server(site: Site) -> None:
    assert site.settings(NEAR).ask().elsewhere == ()


def test_patterns_that_look_like_addresses_are_none(site: Site) -> None:
    site.settings('CORS_ALLOWED_ORIGINS_LIKE = [r"chrome-extension://[a-z]+"]')
    assert site.ask().elsewhere == ()


def test_a_package_without_a_version_is_left_out(site: Site) -> None:
    (site.folder / "broken-1.dist-info").mkdir()
    site.write("broken-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: broken\n")
    assert "broken" not in site.ask().packages


def test_an_error_is_told_without_secrets(site: Site) -> None:
    site.settings("raise ValueError(f\"no such address: {__import__('os').environ['BROKER']}\")")
    place = replace(site.place, env={"BROKER": "amqp://ann:s3cr3t@mq"}, secrets=("amqp://ann:s3cr3t@mq",))
    with pytest.raises(BadInput, match="no such address") as error:
        ask(place)
    assert "s3cr3t" not in str(error.value)


def test_a_crash_is_told_without_secrets_of_the_shell(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_API_KEY", "s3cr3t")
    site.settings(
        "import os, sys; print(os.environ['SHOP_API_KEY'], file=sys.stderr, flush=True); os._exit(3)"
    )
    with pytest.raises(BenchError, match="status 3") as error:
        site.ask()
    assert "s3cr3t" not in str(error.value)


def test_a_program_that_the_project_leaves_behind_is_not_waited_for(site: Site) -> None:
    site.settings("import subprocess; left = subprocess.Popen(['sleep', '600'])\nLEFT = [left.pid]")
    site.write("hook.py", "from django.conf import settings\ndef run(): return {'left': settings.LEFT[0]}")
    answered = told(site.place, "setup_hook", {"hook": "hook:run"}, Returned, patience_s=PATIENCE_S)
    os.kill(int(answered.values["left"]), signal.SIGKILL)
