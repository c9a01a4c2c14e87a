"""Bring the database to the state that every measurement starts from."""

from __future__ import annotations

from django.core.management import call_command
from django.db import transaction

from betterworker.site.models import Row

ROWS = 30


def prepare() -> None:
    """Migrate, and leave exactly ``ROWS`` rows, the same ones whatever was there before."""
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        Row.objects.all().delete()
        Row.objects.bulk_create(
            Row(id=number, name=f"row{number:02}", value=number * 37 % 100) for number in range(1, ROWS + 1)
        )
