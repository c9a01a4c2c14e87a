"""``betterworker check``: a project's own middleware, and what each costs."""

from __future__ import annotations

import json
import shutil
import sys

import click

from betterworker.bench.hops import ask, record, tell

LEAST_WIDTH = 100


@click.command("check")
@click.argument("settings", metavar="SETTINGS")
@click.option(
    "--python",
    default=sys.executable,
    show_default="this one",
    metavar="PATH",
    help="The project's own interpreter, which need not have betterworker.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="For machines: what was handed to a thread, and for whom."
)
@click.pass_context
def check(ctx: click.Context, settings: str, python: str, as_json: bool) -> None:
    """Count the thread hops of a request under Django's own ASGI handler and under betterworker's.

    SETTINGS is a module as in DJANGO_SETTINGS_MODULE (mysite.settings); run it in the folder of manage.py. A
    sync and an async view of its own answer GET requests behind the project's MIDDLEWARE. No server is
    started, and nothing is written to a database; what else a middleware does for a request it does.

    Exit status: 0 counted, 2 bad input.
    """
    facts = ask(settings, python)
    if as_json:
        click.echo(json.dumps(record(facts), indent=2))
        return
    colour = sys.stdout.isatty() and ctx.color is not False
    width = max(LEAST_WIDTH, shutil.get_terminal_size((140, 40)).columns)
    click.echo(tell(facts, colour=colour, width=width), color=colour, nl=False)
