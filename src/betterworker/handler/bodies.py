"""Reads a request's body: into memory, or into a file where it is large."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


async def read_body(receive: Receive) -> IO[bytes]:
    """Raises RequestAborted when the client goes before its end. Waits for a disk in a thread."""
    message = await receive()
    if message["type"] != "http.disconnect" and not message.get("more_body", False):
        part = message.get("body", b"")
        # What has come whole is in memory already.
        if not part or len(part) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return io.BytesIO(part)
    body = tempfile.SpooledTemporaryFile(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 - the request's
    try:
        while True:
            if message["type"] == "http.disconnect":
                raise RequestAborted
            if part := message.get("body", b""):
                await _write(body, part)
            if not message.get("more_body", False):
                break
            message = await receive()
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body


async def _write(body: tempfile.SpooledTemporaryFile[bytes], part: bytes) -> None:
    if in_memory(body) and body.tell() + len(part) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        body.write(part)
    else:
        await sync_to_async(body.write, thread_sensitive=False)(part)


def in_memory(body: object) -> bool:
    """Whether nothing that is done with it waits for a disk."""
    return isinstance(body, io.BytesIO) or not getattr(body, "_rolled", True)
