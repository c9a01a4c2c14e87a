"""Job: what the project is, as ``Facts`` of the side that asks. It reads, and sends no request."""

from __future__ import annotations

import platform
import sys
from typing import Any

import django
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch

from . import applications, backends, elsewhere, language, mailers, migrations, urls
from .environment import distributions
from .setting_up import shortened


def job(order: dict[str, Any]) -> dict[str, Any]:
    wsgi, wsgi_problem = applications.wsgi()
    asgi, asgi_problem = applications.asgi(wsgi)
    patterns, urls_problem = _urls()
    return {
        "settings": order["settings"],
        "executable": sys.executable,
        "python": platform.python_version(),
        "django": django.get_version(),
        "wsgi": wsgi,
        "wsgi_problem": wsgi_problem,
        "asgi": asgi,
        "asgi_problem": asgi_problem,
        **_of_settings(),
        "databases": list(backends.databases()),
        "caches": list(backends.caches()),
        "mailers": list(mailers.mailers()),
        "elsewhere": list(dict.fromkeys(elsewhere.elsewhere())),
        **migrations.unapplied(),
        "packages": distributions(),
        "urls": patterns,
        "urls_problem": urls_problem,
        "login_path": None if urls_problem else _login_path(),
    }


def _of_settings() -> dict[str, Any]:
    proxy = settings.SECURE_PROXY_SSL_HEADER
    return {
        "debug": bool(settings.DEBUG),
        "allowed_hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "ssl_redirect": bool(settings.SECURE_SSL_REDIRECT),
        "ssl_header": [str(part) for part in proxy] if proxy else None,
        "middleware": [str(path) for path in settings.MIDDLEWARE],
        "static_paths": [
            path for path in (_path(settings.STATIC_URL), _path(settings.MEDIA_URL)) if path not in ("", "/")
        ],
    }


def _path(url: Any) -> str:
    """The path of a URL on this host; empty for one elsewhere."""
    text = str(url or "")
    return "" if "//" in text else text


def _urls() -> tuple[list[dict[str, Any]], str | None]:
    """The patterns, and what is wrong with them."""
    try:
        return urls.flat(), None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a project's module raises
        return [], shortened(error)


def _login_path() -> str | None:
    try:
        with language.of_visitors():
            return str(resolve_url(settings.LOGIN_URL))
    except NoReverseMatch:
        return None
