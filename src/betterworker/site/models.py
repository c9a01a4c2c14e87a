from __future__ import annotations

from django.db import models
from django.db.models import F


class Row(models.Model):
    """One row of the small table that the query views read whole."""

    name: models.CharField[str, str] = models.CharField(max_length=50)
    value: models.IntegerField[int, int] = models.IntegerField()

    class Meta:
        # Every worker must send the same bytes, whatever order the database finds the rows in.
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """What the writing views write."""

    name: models.CharField[str, str] = models.CharField(max_length=50)
    value: models.IntegerField[int | F, int] = models.IntegerField()

    def __str__(self) -> str:
        return self.name
