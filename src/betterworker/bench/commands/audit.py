"""``betterworker audit``: published logs of wrk under the bench's own gates."""

from __future__ import annotations

import codecs
import io
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import click

from betterworker.bench.audit import ARTICLE_NOTES, Audit, Block, Delays, article_blocks, audit, blocks
from betterworker.bench.commands.names import Seconds
from betterworker.bench.errors import BadInput

Render = Callable[..., str]
Told = tuple[str, float]
"""Part of an address, or nothing for all of them, and how long such views wait."""

STDIN = "-"
ARTICLE = "article.csv"
# A line of a log has 80 characters. The rest of one that never ends is passed over, not held.
_LONGEST_LINE = 10_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class DelayOf(click.ParamType[Told]):
    """``3s``, or ``gateway_3s=3s`` for the addresses that hold the first text."""

    name = "delay"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Told:
        part, sign, seconds = str(value).rpartition("=")
        if sign and not part:
            self.fail(f"{value!r} names no part of an address", param, ctx)
        return part, Seconds(zero=True).convert(seconds, param, ctx)


def command(formats: Mapping[str, Render]) -> click.Command:
    """The command, with how its result is shown."""

    @click.command("audit")
    @click.argument("files", nargs=-1, metavar="[FILE]...")
    @click.option("--article", is_flag=True, help="Instead of FILEs: the table of the article.")
    @click.option(
        "--delay",
        "told",
        type=DelayOf(),
        multiple=True,
        help="How long the views wait by themselves: 3s for all, gateway_3s=3s by a part of the address "
        "(may be given several times; 0 for one that does not wait).",
    )
    @click.option(
        "--delay-from-address/--no-delay-from-address",
        "from_address",
        default=True,
        show_default=True,
        help="Read it where an address holds it, as /gateway_3s, /blocking-200ms, /delay/2.",
    )
    @click.option("--format", "name", type=click.Choice(list(formats)), default="text", show_default=True)
    @click.pass_context
    def run(
        ctx: click.Context,
        files: tuple[str, ...],
        article: bool,
        told: tuple[Told, ...],
        from_address: bool,
        name: str,
    ) -> None:
        """Judge published logs of wrk: FILEs of Markdown or plain text, - for standard input.

        Each run in them is fine, or all timed out, over 1 % errors, impossible, at its ceiling, zero, or
        unreadable. Exit status: 0 nothing is invalid (a ceiling is not), 1 something is, 2 bad input.
        """
        if article and (files or told):
            raise BadInput("--article brings its own table and delays: it takes neither FILEs nor --delay.")
        audited = of_article() if article else of_files(files, delays(told, from_address=from_address))
        colour = sys.stdout.isatty() and ctx.color is not False
        width = shutil.get_terminal_size((120, 40)).columns
        click.echo(formats[name](audited, colour=colour, width=width), nl=False, color=colour)
        ctx.exit(1 if audited.invalid else 0)

    return run


def delays(told: Sequence[Told], *, from_address: bool) -> Delays:
    every = {seconds for part, seconds in told if not part}
    if len(every) > 1:
        raise BadInput("--delay is given twice for all views: name a part of the address, as gateway_3s=3s.")
    parts = tuple((part, seconds) for part, seconds in told if part)
    return Delays(every=next(iter(every), None), parts=parts, from_address=from_address)


def of_article() -> Audit:
    table = resources.files("betterworker.bench.audit").joinpath(ARTICLE)
    found = article_blocks(table.read_text(encoding="utf-8").splitlines(), ARTICLE)
    return audit(found, Delays(), noun="figure", notes=ARTICLE_NOTES)


def of_files(files: Sequence[str], told: Delays) -> Audit:
    """Raises BadInput for what cannot be read, for a log that is not wrk's, for a delay of no address."""
    if not files:
        raise BadInput("Nothing to audit: name the logs, or - for standard input, or --article.")
    found = {file: tuple(of_file(file)) for file in dict.fromkeys(files)}
    if not any(found.values()):
        raise BadInput(
            f"No run of wrk in {', '.join(map(called, found))}: looked for lines like "
            "“Running 10s test @ http://…”, “… threads and … connections”, “… requests in …”."
        )
    every = [block for each in found.values() for block in each]
    check_used(told, every)
    empty = tuple(f"{called(file)}: no run of wrk in it." for file, each in found.items() if not each)
    return audit(every, told, notes=empty)


def called(file: str) -> str:
    return "standard input" if file == STDIN else file


def check_used(told: Delays, found: Sequence[Block]) -> None:
    """A delay that is told of no address would judge nothing, and look as if it did."""
    for part, _ in told.parts:
        if not any(part in (block.address or "") for block in found):
            raise BadInput(f"--delay {part}=…: no address holds {part!r}.")


def of_file(file: str) -> Iterator[Block]:
    try:
        if file == STDIN:
            yield from blocks(_lines(sys.stdin.buffer), called(file))
        else:
            with closing(Path(file).open("rb")) as source:
                yield from blocks(_lines(source), file)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error


def _lines(source: BinaryIO) -> Iterator[str]:
    """One after the other, whatever the size of the file; a byte that is no text spoils a character."""
    buffered = io.BufferedReader(source) if isinstance(source, io.RawIOBase) else source
    begin = buffered.peek(4) if isinstance(buffered, io.BufferedReader) else b""
    encoding = next((name for mark, name in _MARKS if begin.startswith(mark)), "utf-8")
    text = io.TextIOWrapper(buffered, encoding=encoding, errors="replace")
    begins = True
    while line := text.readline(_LONGEST_LINE):
        if begins:
            yield line
        begins = line.endswith("\n")
    text.detach()
