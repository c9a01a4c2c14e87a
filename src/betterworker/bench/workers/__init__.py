"""Every worker there is, in the order of the tables. A new one is a module, a line here, and its test."""

from __future__ import annotations

from betterworker.bench.model import Worker
from betterworker.bench.workers import granian, gunicorn, hypercorn, uvicorn

WORKERS: dict[str, Worker] = {
    worker.name: worker
    for worker in (
        gunicorn.GEVENT,
        gunicorn.UVICORN,
        uvicorn.UVICORN,
        hypercorn.ASYNCIO,
        hypercorn.UVLOOP,
        hypercorn.TRIO,
        granian.WSGI,
        granian.ASGI,
    )
}
