"""An environment of ours on the project's interpreter, which has the project's packages and the servers that
it lacks. Nothing is written into the project's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import platformdirs

from betterworker.bench.errors import Unprepared
from betterworker.bench.project.overlay import environments, installing
from betterworker.bench.project.overlay.nouns import Made, Overlay
from betterworker.bench.project.overlay.place import Place

__all__ = ["Overlay", "ready"]


def ready(
    python: str,
    wanted: Mapping[str, Sequence[str]],
    *,
    cache: Path | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Overlay:
    """For the workers ``wanted`` with the distributions of each. What is made is kept for the next time.

    ``say`` hears what takes a while. Raises BadInput for an interpreter that cannot be used, Unprepared where
    nothing can be written.
    """
    project = environments.described(python)
    place = Place.of(project, cache or platformdirs.user_cache_path("betterworker"))
    try:
        with place.alone() as lock:
            made = place.read() or environments.make(project, place)
            made = installing.install(made, wanted, place, lock, say)
            place.tidy()
            return overlay(made, wanted, place)
    except OSError as error:
        raise Unprepared(
            f"{error.filename or place.folder} cannot be written ({error.strerror}): the servers that the "
            "project lacks are installed there. Choose another folder with XDG_CACHE_HOME."
        ) from error


def overlay(made: Made, wanted: Mapping[str, Sequence[str]], place: Place) -> Overlay:
    return Overlay(
        python=str(place.python),
        version=made.version,
        packages=made.packages,
        refused={name: why for name in wanted if (why := made.refused.get(installing.key(wanted[name])))},
        folder=place.folder,
        hold=place.hold(),
    )
