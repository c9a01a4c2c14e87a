"""The null server and the upstream answer as they say."""

from __future__ import annotations

import json
import socket
import time

from betterworker.bench import probe
from betterworker.bench.load import nullserver, upstream
from tests.bench.load.scripted import HOST
from tests.patience import PATIENCE_S


def received(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (part := client.recv(count - len(data))):
        data += part
    return data


def test_the_null_server_answers_ok_to_anything(null_port: int) -> None:
    reply = probe.get(HOST, null_port, "/whatever", PATIENCE_S)
    assert (reply.status, reply.body) == (200, b"ok")


def test_the_null_server_keeps_a_connection_and_waits_for_whole_requests(null_port: int) -> None:
    with socket.create_connection((HOST, null_port), timeout=PATIENCE_S) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert received(client, len(nullserver.ANSWER)) == nullserver.ANSWER
        client.sendall(b"GET / HT")
        client.sendall(b"TP/1.1\r\n\r\n")
        assert received(client, len(nullserver.ANSWER)) == nullserver.ANSWER


def test_the_null_server_survives_a_client_that_leaves(null_port: int) -> None:
    with socket.create_connection((HOST, null_port), timeout=PATIENCE_S) as client:
        client.sendall(b"GET / HT")
    assert probe.get(HOST, null_port, "/", PATIENCE_S).status == 200


def test_the_upstream_answers_a_hundred_posts(upstream_port: int) -> None:
    reply = probe.get(HOST, upstream_port, "/posts", PATIENCE_S)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    posts = json.loads(reply.body)
    assert (len(posts), set(posts[0])) == (100, {"userId", "id", "title", "body"})
    assert 25_000 < len(reply.body) < 29_000


def test_the_upstreams_posts_are_the_same_for_the_same_seed() -> None:
    assert upstream.posts(1) == upstream.posts(1) != upstream.posts(2)


def test_the_upstream_answers_after_its_latency(upstream_port: int) -> None:
    begin = time.monotonic()
    assert probe.get(HOST, upstream_port, "/hello", PATIENCE_S).body == b"ok"
    assert time.monotonic() - begin > 0.198


def test_the_upstream_has_nothing_else(upstream_port: int) -> None:
    assert probe.get(HOST, upstream_port, "/other", PATIENCE_S).status == 404


def test_the_upstream_hangs_up_on_nonsense_and_goes_on(upstream_port: int) -> None:
    with socket.create_connection((HOST, upstream_port), timeout=PATIENCE_S) as client:
        client.sendall(b"NONSENSE\r\n\r\n")
        assert received(client, 1) == b""
    assert probe.get(HOST, upstream_port, "/hello", PATIENCE_S).status == 200


def test_the_upstream_survives_a_client_that_leaves_before_its_answer(upstream_port: int) -> None:
    with socket.create_connection((HOST, upstream_port), timeout=PATIENCE_S) as client:
        client.sendall(b"GET /posts HTTP/1.1\r\nHost: upstream\r\n\r\n")
    assert probe.get(HOST, upstream_port, "/hello", PATIENCE_S).status == 200
