"""Production-like settings: what ``startproject`` writes, with DEBUG off.

Read from the environment: ``DATABASE_URL`` (any database that dj-database-url knows); without it
``BETTERWORKER_DB``, the path of the SQLite file (default: ``db.sqlite3`` in the current directory);
``BETTERWORKER_UPSTREAM``, the URL that the HTTP client views fetch; ``BETTERWORKER_SECRET_KEY``.
``BETTERWORKER_POSTGRES_URL`` is the database of the PostgreSQL views, ``BETTERWORKER_REDIS_URL`` the cache of
the Redis views, whose keys begin with ``BETTERWORKER_REDIS_PREFIX``; without them these views answer 500.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

# The site answers on loopback only, while it is measured: the key guards nothing.
SECRET_KEY = os.environ.get("BETTERWORKER_SECRET_KEY", "betterworker-benchmark-key-for-loopback-only")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
BETTERWORKER_UPSTREAM = os.environ.get("BETTERWORKER_UPSTREAM", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "betterworker.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "betterworker.site.urls"
WSGI_APPLICATION = "betterworker.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    # CONN_MAX_AGE stays at Django's 0, as in the article: each request opens its own connection.
    url = os.environ.get("DATABASE_URL")
    if url:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    else:
        file = Path.cwd() / os.environ.get("BETTERWORKER_DB", "db.sqlite3")
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    # The default journal: with a connection a request, the last one to close would delete the WAL file,
    # and the query rows would measure that (250 instead of 100 µs a request).
    return database


def _postgres() -> dict[str, dict[str, Any]]:
    """The same database without and with Django's connection pool (psycopg's defaults: 4 a process)."""
    url = os.environ.get("BETTERWORKER_POSTGRES_URL")
    if not url:
        return {}
    plain: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0))
    options = plain.get("OPTIONS", {})
    return {"postgres": plain, "postgres_pool": {**plain, "OPTIONS": {**options, "pool": True}}}


def _caches() -> dict[str, dict[str, Any]]:
    caches: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    if url := os.environ.get("BETTERWORKER_REDIS_URL"):
        caches["redis"] = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": os.environ.get("BETTERWORKER_REDIS_PREFIX", "betterworker"),
        }
    return caches


DATABASES = {"default": _database(), **_postgres()}
CACHES = _caches()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"

# With DEBUG off Django mails tracebacks to ADMINS, of which there are none: they would be lost.
# The end of a server's log is shown as the reason of a 500, so they go to stderr.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"first": {"()": "betterworker.site.logging.First", "limit": 20}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["first"]}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
