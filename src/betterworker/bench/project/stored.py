"""What a study, or a check, keeps of a project."""

from __future__ import annotations

from betterworker.bench.model import Project
from betterworker.bench.project import rows
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
    )
