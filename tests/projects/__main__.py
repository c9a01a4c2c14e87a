"""Makes one of them by hand: python -m tests.projects wagtail_site FOLDER."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main(name: str, folder: str, *more: str) -> None:
    print(import_module(f"tests.projects.{name}").make(Path(folder).absolute(), *more))


if __name__ == "__main__":
    main(*sys.argv[1:])
