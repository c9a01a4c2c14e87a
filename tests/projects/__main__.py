"""Makes one of them by hand: ``python -m tests.projects wagtail_site FOLDER``.

Without a name it makes the environments of all, which the tests would make as they ask for one.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.projects import channels_site, rest_api, wagtail_site
from tests.projects.making import plain_environment


def main(name: str, folder: str, *more: str) -> None:
    print(import_module(f"tests.projects.{name}").make(Path(folder).absolute(), *more))


def make_environments() -> None:
    for make in (
        plain_environment,
        channels_site.own_environment,
        rest_api.own_environment,
        wagtail_site.own_environment,
    ):
        make()


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else make_environments()
