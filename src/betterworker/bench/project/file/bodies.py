"""A request's body with its Content-Type, whichever way the file gives it."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from betterworker.bench.project.file.tables import RequestTable, Scalar
from betterworker.bench.project.file.wrong import Key, Wrong
from betterworker.bench.project.placeholders import FORM, kept

Fields = Mapping[str, Scalar | list[Scalar]]
Encoded = tuple[bytes, str]
"""A body with its Content-Type, which is empty where the file has to say it."""


def encoded(table: RequestTable, folder: Path, key: Key) -> Encoded:
    """Raises Wrong where there are two bodies, or a file is not there."""
    given = [name for name in ("body", "json", "form", "files") if getattr(table, name) not in ("", None, {})]
    if len(given) > 1 and given != ["form", "files"]:
        raise Wrong((*key, given[1]), f"there is a {given[0]} already: a request has one body")
    if table.files:
        return _multipart(table, folder, key)
    if table.form:
        return form(table.form).encode(), FORM
    if table.json is not None:
        return msgspec.json.encode(table.json), "application/json"
    return table.body.encode(), ""


def form(fields: Fields) -> str:
    """URL-encoded, but for placeholders."""
    return kept(urlencode(fields, doseq=True))


def _multipart(table: RequestTable, folder: Path, key: Key) -> Encoded:
    """The same bytes each time: a run that goes on must send what it sent."""
    from urllib3.filepost import encode_multipart_formdata

    parts: list[tuple[str, str | tuple[str, bytes, str]]] = []
    for name, value in table.form.items():
        parts += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
    for name, file in table.files.items():
        parts.append((name, _file(folder / file, (*key, "files", name))))
    boundary = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return encode_multipart_formdata(parts, boundary=boundary)


def _file(path: Path, key: Key) -> tuple[str, bytes, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Wrong(key, f"{path} cannot be read: {error.strerror}") from error
    return path.name, content, mimetypes.guess_type(path.name)[0] or "application/octet-stream"
