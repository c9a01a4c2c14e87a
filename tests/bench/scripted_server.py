"""A small pre-forking server to test the server's keeper with. Run as a script; starts in milliseconds."""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import socket
import sys


def serve(listener: socket.socket, options: argparse.Namespace) -> None:
    for number in itertools.count():
        client, _ = listener.accept()
        client.recv(65536)
        status = 200 if number >= options.bad else 500
        head = [f"HTTP/1.1 {status} X", f"Server: {options.server}", "Content-Length: 2", "Connection: close"]
        if status == 200:
            head.append(f"X-Pid: {os.getpid()}")
        client.sendall(("\r\n".join(head) + "\r\n\r\nok").encode())
        client.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--server", default="scripted")
    parser.add_argument("--bad", type=int, default=0, help="requests a process first fails")
    parser.add_argument("--mute", action="store_true", help="listen, and never answer")
    parser.add_argument("--end", type=int, help="end at once with this status")
    options = parser.parse_args()
    if options.end is not None:
        print("ValueError: told to end", file=sys.stderr)
        sys.exit(options.end)
    listener = socket.create_server(("127.0.0.1", options.port), backlog=64)
    for _ in range(options.processes):
        if os.fork() == 0:
            if not options.mute:
                serve(listener, options)
            signal.pause()
    while True:
        os.wait()


if __name__ == "__main__":
    main()
