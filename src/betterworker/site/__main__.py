"""``python -m betterworker.site prepare``: create and fill the measured site's database."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m betterworker.site")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("prepare", help="migrate the database and fill its 30-row table")
    parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betterworker.site.settings")
    django.setup()
    # Models can only be imported once Django is set up.
    from betterworker.site.prepare import prepare

    prepare()


if __name__ == "__main__":
    main()
