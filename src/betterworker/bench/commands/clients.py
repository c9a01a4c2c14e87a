"""``betterworker clients``: HTTP clients alone, without Django."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from betterworker.bench import carriers, machine, preflight
from betterworker.bench.clientlab.forms import FORMS
from betterworker.bench.clientlab.judged import Judged, judge
from betterworker.bench.clientlab.plan import Asked
from betterworker.bench.clientlab.processes import Process, addresses, hosts, url
from betterworker.bench.clientlab.session import Measured, Session
from betterworker.bench.commands.names import Names, Seconds
from betterworker.bench.errors import BadInput, GeneratorFailure, UnknownName
from betterworker.bench.load import upstream
from betterworker.bench.progress import LINE_EVERY_S, clock_text


class LabReport(Protocol):
    """How the result is shown."""

    def render(self, judged: Judged, *, colour: bool, width: int) -> str: ...

    def as_json(self, judged: Judged) -> str: ...


OPTIONS = (
    click.option(
        "--clients",
        type=Names((*FORMS, *dict.fromkeys(form.name for form in FORMS.values()))),
        help="Only these: httpx for both modes, httpx:sync for one.",
    ),
    click.option(
        "--requests",
        type=click.IntRange(10, 1_000_000),
        default=1000,
        show_default=True,
        help="Of each client in each of four situations.",
    ),
    click.option("--hosts", type=click.IntRange(2, 100), default=20, show_default=True),
    click.option(
        "--concurrency",
        type=click.IntRange(2, 100),
        default=20,
        show_default=True,
        help="Requests at once: threads of sync clients, tasks of async ones.",
    ),
    click.option(
        "--latency",
        type=Seconds(zero=True),
        default="0",
        show_default=True,
        help="Of the hosts. With none, the clients' own cost is all there is.",
    ),
    click.option("--blocks", type=click.IntRange(2, 1000), default=10, show_default=True),
    click.option("--seed", type=int, default=1, show_default=True, help="Of the order of blocks."),
    click.option(
        "--time",
        type=Seconds(),
        default="3m",
        show_default=True,
        help="The most that all blocks may take: slow clients send fewer requests.",
    ),
    click.option("--json", "as_json", is_flag=True, help="For machines."),
)


def command(report: LabReport) -> click.Command:
    """The command, with how its result is shown."""

    def run(
        clients: tuple[str, ...] | None, latency: float, time: float, as_json: bool, **asked: int
    ) -> None:
        """Compare HTTP clients alone, without Django: one local host and many, in turn and several at once.

        Each runs in a process of its own, in interleaved blocks: new for each request, and pooled.
        Exit status 1 when a client has no figure.
        """
        ctx = click.get_current_context()
        lab = Asked(clients=chosen(clients), latency_s=latency, time_s=time, **asked)
        judged = judge(measure(lab, Console(stderr=True)))
        colour = sys.stdout.isatty() and ctx.color is not False
        width = shutil.get_terminal_size((120, 40)).columns
        shown = report.as_json(judged) if as_json else report.render(judged, colour=colour, width=width)
        click.echo(shown, color=colour, nl=as_json)
        ctx.exit(0 if judged.complete else 1)

    for option in reversed(OPTIONS):
        run = option(run)
    return click.command("clients")(run)


class Bar:
    """A progress bar on a terminal; elsewhere a plain line every ten seconds."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.begun_at = self.last_line = time.monotonic()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=2,
            transient=True,
        )
        self.task = self.progress.add_task("starting", total=1.0, left="")

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def tell(self, title: str, left_s: float) -> None:
        now = time.monotonic()
        spent, left = now - self.begun_at, f"about {clock_text(left_s)} left"
        self.progress.update(
            self.task, description=title, completed=spent, total=spent + max(left_s, 0.1), left=left
        )
        if self.progress.disable and now - self.last_line > LINE_EVERY_S:
            self.last_line = now
            self.console.print(f"{left} · {title}", markup=False, highlight=False, soft_wrap=True)


def chosen(names: Sequence[str] | None) -> tuple[str, ...]:
    """Keys; ``httpx`` stands for both of its modes, ``httpx:sync`` for one."""
    if names is None:
        return tuple(FORMS)
    for name in names:
        if name not in FORMS and not _keys(name):
            raise UnknownName("client", name, {*FORMS, *(form.name for form in FORMS.values())})
    wanted = {key for name in names for key in (name, *_keys(name))}
    return tuple(key for key in FORMS if key in wanted)


def _keys(name: str) -> Iterable[str]:
    return [key for key, form in FORMS.items() if form.name == name]


def measure(asked: Asked, console: Console) -> Measured:
    """Raises BadInput when no client is installed, ServerFailure when the local hosts do not start."""
    installed = machine.packages()
    packages = {key: FORMS[key].distribution for key in asked.clients}
    skipped = {
        key: f"{package} is not installed"
        for key, package in packages.items()
        if machine.lacking([package], installed)
    }
    keys = [key for key in asked.clients if key not in skipped]
    if not keys:
        raise BadInput("None of these clients is installed: pip install 'betterworker[bench]'.")
    # The hosts' process holds the kept connections of all clients.
    preflight.raise_open_files(preflight.files_needed(4 * asked.concurrency * len(keys)))
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        blocks = tuple(_begun(asked, keys, failed, console, stack).measure(failed))
    versions = {packages[key]: installed[machine.distribution_key(packages[key])] for key in keys}
    return Measured(
        asked=asked,
        blocks=blocks,
        failed=failed,
        skipped=skipped,
        versions=versions,
        carriers=carried(keys, installed),
    )


def carried(keys: Iterable[str], installed: Mapping[str, str]) -> dict[str, str]:
    """What carries the requests of those clients that leave them to another package."""
    version = installed.get("urllib3")
    if version is None:
        return {}
    of_it = [key for key in keys if FORMS[key].distribution == carriers.CARRIED]
    return dict.fromkeys(of_it, carriers.carrier(version))


def _begun(
    asked: Asked, keys: Sequence[str], failed: dict[str, str], console: Console, stack: ExitStack
) -> Session:
    """A session of live processes that end with the stack. Who does not get ready goes into ``failed``."""
    server_cpus, load_cpus = machine.cpu_split(machine.available_cpus(), None, None)
    temporary = tempfile.TemporaryDirectory(prefix="betterworker-", ignore_cleanup_errors=True)
    folder = Path(stack.enter_context(temporary))
    many = addresses(asked.hosts)
    one = stack.enter_context(hosts(many, asked.latency_s, load_cpus, folder))
    bar = stack.enter_context(Bar(console))
    processes = {
        key: stack.enter_context(Process(key, server_cpus, folder / f"{key.replace(':', '-')}.log"))
        for key in keys
    }
    _await(processes, failed)
    return Session(
        asked=asked,
        clients=processes,
        one=one,
        many=[url(address) for address in many],
        length=len(upstream.posts()),
        tell=bar.tell,
    )


def _await(processes: Mapping[str, Process], failed: dict[str, str]) -> None:
    for key, process in processes.items():
        try:
            process.await_ready()
        except GeneratorFailure as error:
            failed[key] = str(error)
