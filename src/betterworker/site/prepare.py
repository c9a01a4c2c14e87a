"""Bring the database to the state that every measurement starts from."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction

from betterworker.site import cached, visitor
from betterworker.site.cached import REDIS
from betterworker.site.databases import POSTGRES
from betterworker.site.models import Entry, Row

ROWS = 30


def prepare() -> None:
    """Migrate, and leave exactly ``ROWS`` rows, the same ones whatever was there before; one user, and
    nothing of what views have written."""
    fill("default")
    if POSTGRES in settings.DATABASES:
        fill(POSTGRES)
    if REDIS in settings.CACHES:
        cached.fill()
    Entry.objects.all().delete()
    Session.objects.all().delete()
    visitor.ensure()


def fill(database: str) -> None:
    call_command("migrate", database=database, verbosity=0, interactive=False)
    rows = Row.objects.using(database)
    with transaction.atomic(using=database):
        rows.all().delete()
        rows.bulk_create(
            Row(id=number, name=f"row{number:02}", value=number * 37 % 100) for number in range(1, ROWS + 1)
        )
