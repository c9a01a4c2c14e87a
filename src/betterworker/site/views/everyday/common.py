"""What the sync and the async views of an everyday site have in common."""

from __future__ import annotations

import warnings
from zlib import crc32

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse

from betterworker.site.models import Entry

#: 16 chunks of 64 KiB, in lines of 256 bytes.
CHUNKS, LINES = 16, 256
NOTE = "exported".ljust(230, ".")
#: Every so many INSERTs those before them are deleted: a table that grows could slow what comes later.
KEPT = 1000

# Django gathers the chunks of the sync view under ASGI, and of the async one under WSGI, before it sends the
# first. That is measured on purpose, and in the figures.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")


def received(request: HttpRequest) -> HttpResponse:
    """How many bytes the field ``file`` held, and their CRC-32: proof that all of them arrived."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": "no file"}, status=400)
    checksum = 0
    for chunk in file.chunks():
        checksum = crc32(chunk, checksum)
    return JsonResponse({"bytes": file.size, "crc32": checksum})


def written() -> HttpResponse:
    """One INSERT and one UPDATE in a transaction."""
    with transaction.atomic():
        entry = Entry.objects.create(name="written", value=0)
        updated = Entry.objects.filter(pk=entry.pk).update(value=F("value") + 1)
    if entry.pk % KEPT == 0:
        Entry.objects.filter(pk__lte=entry.pk - KEPT).delete()
    return JsonResponse({"inserted": 1, "updated": updated})


def chunk(number: int) -> bytes:
    """A part of a table as CSV, made as it is asked for, as an export would: a chunk lost or out of place
    shows in its numbers."""
    first = number * LINES
    lines = [f"{row:08},row {row:08},{row * 37 % 100:02},{NOTE}\n" for row in range(first, first + LINES)]
    return "".join(lines).encode()


def credentials(request: HttpRequest) -> dict[str, str | None]:
    return {name: request.POST.get(name) for name in ("username", "password")}


def welcome(name: str) -> HttpResponse:
    return JsonResponse({"user": name})


def refused() -> HttpResponse:
    return JsonResponse({"error": "wrong name or password"}, status=403)
