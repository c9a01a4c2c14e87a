"""What a study, or a check, keeps of a project."""

from __future__ import annotations

import os
from pathlib import Path

from betterworker.bench.model import Project
from betterworker.bench.project import rows
from betterworker.bench.project.deploy.found import home
from betterworker.bench.project.facts import Facts
from betterworker.bench.project.nouns import ProjectFile


def stored(file: ProjectFile, facts: Facts) -> Project:
    """As its file and it itself say, before anything was added to it."""
    return Project(
        name=file.name,
        settings=file.settings,
        wsgi=file.wsgi,
        asgi=file.asgi,
        python=facts.python,
        django=facts.django,
        debug=facts.debug,
        middleware=facts.middleware,
        databases=facts.databases,
        caches=facts.caches,
        packages=facts.packages,
        requests=rows.project_requests(file),
        folder=_from(file.path.parent, file.folder),
        deployed=_from(home(file.folder, file.path.parent), file.folder),
    )


def _from(here: Path, folder: Path) -> str:
    """Empty where it is the same."""
    path = os.path.relpath(folder, here)
    return "" if path == os.curdir else path
