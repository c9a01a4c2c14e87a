"""What a study stands on: the database, the upstream, the generator, and the way servers are started."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from betterworker.bench import probe
from betterworker.bench.helper import helper_server
from betterworker.bench.load import nullserver, upstream
from betterworker.bench.load.generator import Drive, Generator
from betterworker.bench.model import MARK, THREADS, Ceiling, Launch, ServerTerms, Target, Worker
from betterworker.bench.server import Server, Start
from betterworker.bench.target import application_name, environment, prepare

HOST = "127.0.0.1"
PORTS_REMEMBERED = 1000
CEILING_WARMUP_S = 0.2
CEILING_WINDOW_S = 0.5
#: What a server reads in the folder where it is started, unless told otherwise.
OWN_FILES = ("gunicorn.conf.py",)
#: What servers read of the environment: options that are not on the command line.
OPTIONS = re.compile(r"GUNICORN_CMD_ARGS|WEB_CONCURRENCY|(UVICORN|GRANIAN|UWSGI)_\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The equal terms every worker is started on."""

    processes: int
    concurrency: int
    cpus: tuple[int, ...]
    threads: int = THREADS


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Starts servers of one target. ``env`` is what they get on top of the program's environment.

    ``ports`` were given to servers before: one that is starting does not listen yet. With a ``mask`` their
    logs are only kept masked.
    """

    target: Target
    terms: Terms
    logs: Path
    env: dict[str, str]
    ports: deque[int] = field(default_factory=lambda: deque(maxlen=PORTS_REMEMBERED))
    mask: Callable[[str], str] | None = None

    def launch(self, worker: Worker, slot: str, round_: int) -> Server:
        """Start a worker; the caller waits until it is ready, and stops it."""
        port = probe.free_port(HOST, avoid=self.ports)
        self.ports.append(port)
        return self.start(worker, port, f"{slot.replace(MARK, '-')}-{round_}.log")

    def start(self, worker: Worker, port: int, log: str, remove: Path | None = None) -> Server:
        order = self.order(port)
        # As libpq, hence psycopg, reads the name.
        env = {**self.env, **worker.env, "PGAPPNAME": application_name(port)}
        start = Start(
            command=worker.command(order),
            host=HOST,
            port=port,
            cpus=self.terms.cpus,
            log=self.logs / log,
            env=env,
            remove=remove,
            folder=self.target.folder,
            without=() if is_its_owners(worker) else options_of_servers({**os.environ, **env}),
            mask=self.mask,
        )
        return Server(
            start,
            ready_path=self.target.ready,
            processes=worker.processes(self.terms.processes),
            header=worker.server_header,
            distribution=worker.distributions[0],
            asked=terms_of(worker, order),
            versions=self.target.packages,
        )

    def order(self, port: int) -> Launch:
        return Launch(
            python=self.target.python,
            host=HOST,
            port=port,
            processes=self.terms.processes,
            concurrency=self.terms.concurrency,
            threads=self.terms.threads,
            wsgi=self.target.wsgi,
            asgi=self.target.asgi,
            better=self.target.better,
            versions=self.target.packages or {},
            own_files=has_own_files(self.target),
        )


def is_its_owners(worker: Worker) -> bool:
    """Whether it runs on terms of somebody else's."""
    return worker.own_processes is not None


def options_of_servers(env: Mapping[str, str]) -> tuple[str, ...]:
    """The names of variables that would change the equal terms."""
    return tuple(name for name in env if OPTIONS.fullmatch(name))


def has_own_files(target: Target) -> bool:
    return any((Path(target.folder or ".") / name).exists() for name in OWN_FILES)


def terms_of(worker: Worker, order: Launch) -> ServerTerms:
    """What is asked of a worker: of all the same, but for threads, which not every one has. One on terms of
    its owner's is only asked for those."""
    threads = worker.threads(order) if worker.threads else None
    if is_its_owners(worker):
        return ServerTerms(processes=worker.own_processes, threads=threads)
    return ServerTerms(
        processes=order.processes,
        threads=threads,
        backlog=order.backlog,
        keep_alive=True,
    )


@contextlib.contextmanager
def workbench(
    target: Target,
    terms: Terms,
    *,
    folder: Path,
    load_cpus: tuple[int, ...],
    latency_s: float,
    backends: Mapping[str, str] | None = None,
    mask: Callable[[str], str] | None = None,
) -> Iterator[Workbench]:
    """The databases filled, the upstream answering; afterwards nothing of it is left.

    ``backends`` is what the servers get in order to find those that were started for them.
    """
    logs = folder / "logs"
    with upstream_of(target, latency_s, load_cpus, logs) as url:
        env = {**environment(target, folder, url), **(backends or {})}
        prepare(target, env)
        try:
            yield Workbench(target=target, terms=terms, logs=logs, env=env, mask=mask)
        finally:
            for file in folder.glob("site.sqlite3*"):
                file.unlink()


@contextlib.contextmanager
def upstream_of(target: Target, latency_s: float, cpus: tuple[int, ...], logs: Path) -> Iterator[str | None]:
    """The URL of an upstream for as long as it is needed; None for a target that fetches from none."""
    if not target.upstream:
        yield None
        return
    options = ("--latency", str(latency_s))
    with helper_server(upstream.__name__, *options, cpus=cpus, log=logs / "upstream.log") as (host, port):
        yield f"http://{host}:{port}/posts"


def measure_ceiling(generator: Generator, connections: int, *, cpus: tuple[int, ...], log: Path) -> Ceiling:
    """What the generator reaches against the null server with so many connections."""
    with helper_server(nullserver.__name__, cpus=cpus, log=log) as (host, port):
        generator.begin(
            Drive(
                host=host,
                port=port,
                path="/",
                connections=connections,
                warmup_s=CEILING_WARMUP_S,
                window_s=CEILING_WINDOW_S,
                timeout_s=5.0,
                ramp_s=connections * 0.0001,
                length=2,
            )
        )
        report = generator.finish()
    return Ceiling(
        connections=connections,
        rps=report.completed / (report.window_ns / 1e9),
        generator_cpu=report.cpu,
    )


def run_id(profile: str, now: float | None = None) -> str:
    """A folder name that sorts by time."""
    return time.strftime("%Y-%m-%dT%H-%M-%S", time.localtime(now)) + f"-{profile}"
