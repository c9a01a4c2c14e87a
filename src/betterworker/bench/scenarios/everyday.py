"""More of what a Django site does: takes a file, streams, writes to its database, lets a user in."""

from __future__ import annotations

import random
from urllib.parse import urlencode
from zlib import crc32

from betterworker.bench.model import Mode, Scenario
from betterworker.bench.scenarios.answers import answer, content, json_equal, sets_cookie
from betterworker.bench.scenarios.posting import multipart, post

#: 100 kB that do not compress, the same for everyone.
FILE = random.Random(1).randbytes(102_400)
#: 1 MB of numbered lines: a chunk lost or out of place changes the checksum.
STREAM_BYTES, STREAM_CRC32 = 1_048_576, 0xBD03F495
USER, PASSWORD = "visitor", "correct horse battery staple"


def upload(mode: Mode) -> Scenario:
    return Scenario(
        name="upload",
        mode=mode,
        path=f"/{mode}/upload",
        effort="light",
        check=answer(mode, "upload", json_equal({"bytes": len(FILE), "crc32": crc32(FILE)})),
        about="takes a file of 100 kB in a multipart POST, parsed by Django",
        request=multipart(FILE),
    )


def stream(mode: Mode) -> Scenario:
    return Scenario(
        name="stream",
        mode=mode,
        path=f"/{mode}/stream",
        effort="client",
        check=answer(mode, "stream", content(STREAM_BYTES, STREAM_CRC32)),
        about="streams 1 MB of CSV in 16 chunks, each made as it is asked for; time to first byte too",
        streams=True,
    )


def orm_write(mode: Mode) -> Scenario:
    return Scenario(
        name="orm-write",
        mode=mode,
        path=f"/{mode}/orm-write",
        # SQLite lets one writer in at a time: more connections would measure how it has the others wait.
        effort="costly",
        check=answer(mode, "orm-write", json_equal({"inserted": 1, "updated": 1})),
        about="one INSERT and one UPDATE in a transaction, on a POST",
        request=post(),
    )


def login(mode: Mode) -> Scenario:
    form = urlencode({"username": USER, "password": PASSWORD})
    return Scenario(
        name="login",
        mode=mode,
        path=f"/{mode}/login",
        effort="heavy",
        check=answer(mode, "login", json_equal({"user": USER}), sets_cookie("sessionid")),
        about="a user logs in: the password is hashed (PBKDF2), a session written to the database",
        request=post(form.encode()),
    )
