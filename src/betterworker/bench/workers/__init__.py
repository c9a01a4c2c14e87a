"""Every worker there is, in the order of the tables. A new one is a module, a line here, and its test."""

from __future__ import annotations

from betterworker.bench.model import Worker
from betterworker.bench.workers import (
    cheroot,
    daphne,
    fastpysgi,
    granian,
    gunicorn,
    hypercorn,
    uvicorn,
    uwsgi,
    waitress,
)

WORKERS: dict[str, Worker] = {
    worker.name: worker
    for worker in (
        gunicorn.SYNC,
        gunicorn.GTHREAD,
        gunicorn.GEVENT,
        gunicorn.UVICORN,
        gunicorn.ASGI,
        uvicorn.UVICORN,
        uvicorn.ASYNCIO,
        hypercorn.ASYNCIO,
        hypercorn.UVLOOP,
        hypercorn.TRIO,
        granian.WSGI,
        granian.WSGI_1,
        granian.ASGI_ASYNCIO,
        granian.ASGI,
        granian.ASGI_RLOOP,
        daphne.DAPHNE,
        uwsgi.UWSGI,
        waitress.WAITRESS,
        cheroot.CHEROOT,
        fastpysgi.FASTPYSGI,
        uvicorn.BETTER,
        granian.BETTER,
        hypercorn.BETTER_TRIO,
    )
}
