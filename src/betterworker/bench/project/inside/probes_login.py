"""A visitor who is logged in, without a form: the session is kept in this process alone."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def cookies_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The session's cookie of who has these ``fields`` of the log-in's form; none where nobody has."""
    from django.contrib.auth import authenticate, get_user_model, login
    from django.contrib.auth.signals import user_logged_in
    from django.http import HttpRequest

    # It would write.
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    request = HttpRequest()
    engine: Any = importlib.import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore()
    name = str(get_user_model().USERNAME_FIELD)
    user = authenticate(request, **_credentials(fields, name))
    if user is None:
        return {}
    login(request, user)
    request.session.save()
    return {settings.SESSION_COOKIE_NAME: str(request.session.session_key)}


def _credentials(fields: Mapping[str, str], username: str) -> dict[str, str]:
    """By the names that authenticate() takes, whatever the form calls them."""
    passwords = [value for name, value in fields.items() if "pass" in name.lower()]
    others = [value for name, value in fields.items() if "pass" not in name.lower()]
    return {username: others[0] if others else "", "password": passwords[0] if passwords else ""}
