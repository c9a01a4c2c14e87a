"""``betterworker history``: all runs of a folder over time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import click

from betterworker.bench.commands.gating import write
from betterworker.bench.commands.names import Names
from betterworker.bench.errors import BadInput, BadRunFolder, UnknownName
from betterworker.bench.history import Entry, History, Refused, begin, history
from betterworker.bench.model import Run, Summary
from betterworker.bench.store import read_run

Render = Callable[..., str]
Summarise = Callable[[Run], Summary]

#: A run folder may lie in the folder, or in one of its own.
DEPTH = 2
PAGE = "report.html"
MARK = "study.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A folder with a run in it; ``begun`` in seconds since 1970, None where it has no result."""

    path: Path
    name: str
    begun: float | None


def command(formats: Mapping[str, Render], summarise: Summarise) -> click.Command:
    """The command, with how runs are judged and how the result is shown."""

    @click.command("history")
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option(
        "--row",
        "rows",
        type=Names(()),
        multiple=True,
        help="Only these: json for both modes, json:sync for one, 'query-*'.",
    )
    @click.option(
        "--worker", "workers", type=Names(()), multiple=True, help="Only these: uvicorn, 'granian-*'."
    )
    @click.option("--format", "name", type=click.Choice(list(formats)), default="text", show_default=True)
    @click.option("--out", type=click.Path(path_type=Path), help="A file instead of standard output.")
    @click.pass_context
    def run(
        ctx: click.Context,
        folder: Path,
        rows: tuple[tuple[str, ...], ...],
        workers: tuple[tuple[str, ...], ...],
        name: str,
        out: Path | None,
    ) -> None:
        """Tell how goodput went over all runs in FOLDER, where the machine or versions changed.

        Runs are looked for in FOLDER itself and up to two levels below. What cannot be read is listed, and
        left out. Exit status 2 when there is no run at all.
        """
        told = told_of(folder, summarise, beside=out.parent if out else Path())
        shown_rows, shown_workers = rows_of(told, chain(*rows)), workers_of(told, chain(*workers))
        colour = out is None and sys.stdout.isatty() and ctx.color is not False
        width = shutil.get_terminal_size((120, 40)).columns
        asked = {"rows": shown_rows, "workers": shown_workers, "every": bool(rows)}
        shown = formats[name](told, **asked, colour=colour, width=width)
        if out is None:
            click.echo(shown, nl=False, color=colour)
        else:
            write(out, shown)

    return run


def told_of(folder: Path, summarise: Summarise, *, beside: Path) -> History:
    """Raises BadInput when the folder holds no run that can be read. Links are relative to ``beside``."""
    found, refused = look(folder)
    if not found:
        reasons = "".join(f"\n  {each.folder}: {each.reason}" for each in refused)
        raise BadInput(
            f"{folder} holds no run that can be read, nor do folders up to {DEPTH} levels below it: name the "
            f"one that --out of betterworker run was in, such as runs.{reasons}"
        )
    ordered = sorted(found, key=lambda each: begin((each.name, each.begun)))
    return history(entries(ordered, summarise, beside), refused)


def look(folder: Path) -> tuple[list[Found], list[Refused]]:
    """Every run folder, and those that cannot be read."""
    found, refused, unseen = [], [], list[OSError]()
    for path in candidates(folder, unseen.append):
        name = path.relative_to(folder).as_posix()
        try:
            run = read_run(path)
        except BadRunFolder as error:
            refused.append(Refused(folder=name, reason=str(error)))
        except OSError as error:
            refused.append(Refused(folder=name, reason=f"{error.filename} cannot be read: {error.strerror}"))
        else:
            found.append(Found(path=path, name=name, begun=begun_at(run)))
    closed = [Refused(folder=str(e.filename), reason=f"cannot be read: {e.strerror}") for e in unseen]
    return found, [*refused, *closed]


def candidates(folder: Path, unseen: Callable[[OSError], None]) -> Iterator[Path]:
    """A run's own folders are not searched: what is in them belongs to it."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder.")
    for path, names, files in os.walk(folder, onerror=unseen):
        here = Path(path)
        if MARK in files:
            yield here
        if MARK in files or len(here.relative_to(folder).parts) >= DEPTH:
            names.clear()
        names.sort()


def begun_at(run: Run) -> float | None:
    """Of the first result; None where there is none, or its time is not one."""
    try:
        moment = datetime.fromisoformat(run.results[0].started_at) if run.results else None
    except ValueError:
        return None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def entries(found: Sequence[Found], summarise: Summarise, beside: Path) -> Iterator[Entry]:
    """Judged one after the other, as they are asked for: a study of all workers takes seconds and memory."""
    for number, each in enumerate(found, start=1):
        if sys.stderr.isatty():
            click.echo(f"\rjudging run {number} of {len(found)} ", nl=number == len(found), err=True)
        page = each.path / PAGE
        yield Entry(
            folder=each.name,
            begun=each.begun,
            summary=summarise(read_run(each.path)),
            page=link(page, beside) if page.is_file() else None,
        )


def link(page: Path, beside: Path) -> str:
    """Relative, and safe in an address: a folder may be called anything."""
    return "./" + quote(Path(os.path.relpath(page.resolve(), beside.resolve())).as_posix())


def rows_of(told: History, asked: Iterable[str]) -> tuple[str, ...]:
    """``json`` stands for both modes, ``json:sync`` for one, ``query-*`` for all that begin so."""
    return _chosen("row", told.scenarios, asked, lambda key: (key, key.rpartition(":")[0]))


def workers_of(told: History, asked: Iterable[str]) -> tuple[str, ...]:
    return _chosen("worker", told.workers, asked, lambda name: (name,))


def _chosen(
    noun: str, known: Sequence[str], asked: Iterable[str], names: Callable[[str], tuple[str, ...]]
) -> tuple[str, ...]:
    patterns = tuple(asked) or ("*",)
    for pattern in patterns if known else ():
        if not any(fnmatchcase(name, pattern) for each in known for name in names(each)):
            raise UnknownName(noun, pattern, known)
    return tuple(e for e in known if any(fnmatchcase(n, p) for n in names(e) for p in patterns))
