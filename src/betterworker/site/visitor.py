"""The user that the login views know."""

from __future__ import annotations

from django.contrib.auth.models import User

NAME = "visitor"
PASSWORD = "correct horse battery staple"


def ensure() -> None:
    """A new password's hash takes a third of a second: one that is there stays."""
    user, is_new = User.objects.get_or_create(username=NAME)
    if is_new:
        user.set_password(PASSWORD)
        user.save()
