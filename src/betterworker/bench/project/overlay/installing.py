"""Brings into an overlay what workers lack, and nothing that the project has."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from betterworker.bench.machine import distribution_key, lacking
from betterworker.bench.project.overlay import environments
from betterworker.bench.project.overlay.nouns import Made
from betterworker.bench.project.overlay.pip import Pip, environment, find
from betterworker.bench.project.overlay.place import Place
from betterworker.bench.project.overlay.reasons import Reason, reason

Wanted = Mapping[str, Sequence[str]]


def key(distributions: Sequence[str]) -> str:
    return " ".join(map(distribution_key, distributions))


def install(made: Made, wanted: Wanted, place: Place, lock: int, say: Callable[[str], None]) -> Made:
    """What clashes is remembered; what the network is at fault for is tried again by the next run."""
    todo = todo_of(made, wanted)
    if not todo:
        return made
    say(f"Installing {', '.join(union(todo))} beside the project's packages, not among them.")
    place.unfinish()
    place.constraints.write_text("\n".join(pins(made.project)))
    refused = refusals(made, todo, place, lock)
    made = replace(made, packages=environments.described(str(place.python)).packages)
    place.write(with_refused(made, {each: why for each, why in refused.items() if why.lasts}))
    return with_refused(made, refused)


def todo_of(made: Made, wanted: Wanted) -> dict[str, list[str]]:
    """What is lacking, by `key` of what is wanted."""
    every = {key(names): lacking(names, made.packages) for names in wanted.values()}
    return {each: names for each, names in every.items() if names and each not in made.refused}


def union(todo: Wanted) -> list[str]:
    return sorted({name for names in todo.values() for name in names})


def with_refused(made: Made, refused: Mapping[str, Reason]) -> Made:
    return replace(made, refused={**made.refused, **{each: why.text for each, why in refused.items()}})


def refusals(made: Made, todo: Wanted, place: Place, lock: int) -> dict[str, Reason]:
    """By `key`, after all that can be had is there: all at once, and one by one where that fails."""
    pip = find(str(place.python), made.version.split()[-1], environment(os.environ, made.prefix), lock)
    if pip is None:
        return dict.fromkeys(todo, no_pip(made, union(todo)))
    why = attempt(pip, union(todo), place)
    if why is None:
        return {}
    if why.offline or len(todo) == 1:
        return dict.fromkeys(todo, why)
    found = {each: attempt(pip, names, place) for each, names in todo.items()}
    return {each: why for each, why in found.items() if why}


def attempt(pip: Pip, names: Sequence[str], place: Place) -> Reason | None:
    status, output = pip.install(names, place.constraints)
    return reason(output, names) if status else None


def pins(packages: Mapping[str, str]) -> list[str]:
    """The project's versions, for whatever is installed to keep; those that pip cannot read are left out."""
    return [f"{name}=={version}" for name, version in packages.items() if is_version(version)]


def is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def no_pip(made: Made, names: Sequence[str]) -> Reason:
    return Reason(
        text=f"there is no pip for {made.version}: install one, or add {' '.join(names)} to the project"
    )
