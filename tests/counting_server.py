"""An upstream that keeps its connections and counts them."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: A path's status and body.
    Answer = Callable[[str], tuple[int, bytes]]


class CountingServer(ThreadingHTTPServer):
    """Counts connections ``made`` and still ``open``, paths ``asked`` for, and the ``most`` requests at once.

    Each test counts on a server of its own: a connection may end when the next test has long begun.
    """

    def __init__(self, answer: Answer, content_type: str) -> None:
        super().__init__(("127.0.0.1", 0), _Kept)
        self.answer, self.content_type = answer, content_type
        self.made = self.open = self.together = self.most = 0
        self.asked: list[str] = []
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self.made += 1
            self.open += 1
        super().process_request_thread(request, client_address)
        with self.lock:
            self.open -= 1


class _Kept(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingServer

    def do_GET(self) -> None:
        server = self.server
        with server.lock:
            server.asked.append(self.path)
            server.together += 1
            server.most = max(server.most, server.together)
        status, body = server.answer(self.path)
        with server.lock:
            server.together -= 1
        self.send_response(status)
        self.send_header("Content-Type", server.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet."""


@contextmanager
def counting_server(answer: Answer, content_type: str = "text/plain") -> Iterator[CountingServer]:
    """One that serves until the block ends."""
    with CountingServer(answer, content_type) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
