"""The null server: answers at once, without reading what was asked. It shows what the generator can do.

Two system calls a request and little else, so that it is as fast as a client written in C.
"""

from __future__ import annotations

import argparse
import selectors
import socket

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
END_OF_REQUEST = b"\r\n\r\n"


def answer(client: socket.socket, buffer: bytearray, selector: selectors.BaseSelector) -> None:
    try:
        received = client.recv_into(buffer)
        if received:
            if buffer.endswith(END_OF_REQUEST, 0, received):
                client.send(ANSWER)
            return
    except (ConnectionError, BlockingIOError):
        pass
    selector.unregister(client)
    client.close()


def accept(listener: socket.socket, selector: selectors.BaseSelector) -> None:
    client, _ = listener.accept()
    client.setblocking(False)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(client, selectors.EVENT_READ, client)


def serve(listener: socket.socket) -> None:
    selector = selectors.DefaultSelector()
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ, None)
    buffer = bytearray(65536)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                accept(listener, selector)
            else:
                answer(key.data, buffer, selector)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    serve(socket.create_server((options.host, options.port), backlog=4096))


if __name__ == "__main__":
    main()
