"""Requests with a body, as a browser sends them to a Django site whose CSRF protection is on."""

from __future__ import annotations

from betterworker.bench.model import Request

#: Of the shape that Django gives them. Cookie and header must agree, which is all that can be checked here.
TOKEN = "betterworkerbetterworkerbetterwo"
BOUNDARY = "----betterworker-4f1c9a7e0d"


def post(body: bytes = b"", content_type: str = "application/x-www-form-urlencoded") -> Request:
    headers = (
        ("Cookie", f"csrftoken={TOKEN}"),
        ("X-CSRFToken", TOKEN),
        ("Content-Type", content_type),
    )
    return Request(method="POST", headers=headers, body=body)


def multipart(content: bytes, field: str = "file", file_name: str = "upload.bin") -> Request:
    """A form with one file in it (RFC 7578)."""
    head = (
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="{file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return post(body, f"multipart/form-data; boundary={BOUNDARY}")
