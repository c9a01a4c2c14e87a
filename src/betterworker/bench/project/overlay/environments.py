"""Interpreters: what one tells of itself, and the environment that is made on it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import msgspec

from betterworker.bench.errors import BadInput
from betterworker.bench.project.overlay.nouns import Environment, Made
from betterworker.bench.project.overlay.place import Place

PATIENCE_S = 60.0
#: What every start of the overlay's interpreter imports (inside/overlaid.py).
MODULE = "_betterworker_overlay"
#: Of servers that are started by theirs (no ``python -m``).
SCRIPTS = ("pyuwsgi",)
_INSIDE = Path(__file__).parents[1] / "inside"


def described(python: str) -> Environment:
    """Raises BadInput."""
    told = _run(python, "-B", str(_INSIDE / "environment.py"))
    try:
        return msgspec.json.decode(told, type=Environment)
    except msgspec.DecodeError as error:
        raise BadInput(f"{python} is no Python that can be used: it says {told[:200]!r}.") from error


def make(project: Environment, place: Place) -> Made:
    """Without any package of its own yet, but with the project's scripts. Raises BadInput."""
    shutil.rmtree(place.folder, ignore_errors=True)
    _run(project.executable, "-I", "-m", "venv", "--without-pip", str(place.folder))
    (packages,) = place.folder.glob("lib/python*/site-packages")
    (packages / f"{MODULE}.txt").write_text("\n".join(project.folders), encoding="utf-8")
    shutil.copyfile(_INSIDE / "overlaid.py", packages / f"{MODULE}.py")
    (packages / f"{MODULE}.pth").write_text(f"import {MODULE}\n")
    for script in SCRIPTS:
        copy_script(Path(project.prefix) / "bin" / script, place)
    made = Made(
        version=project.version,
        prefix=project.prefix,
        project=project.packages,
        packages=project.packages,
    )
    place.write(made)
    return made


def copy_script(script: Path, place: Place) -> None:
    """Its first line names the project's interpreter, where it would find none of the overlay's packages."""
    if not script.exists():
        return
    first, _, rest = script.read_bytes().partition(b"\n")
    if first.startswith(b"#!"):
        copy = place.python.with_name(script.name)
        # The kernel takes a path with a space for two words: sh starts it, and Python reads on.
        start = b"#!/bin/sh\n'''exec' %b \"$0\" \"$@\"\n' '''\n"
        copy.write_bytes(start % shlex.quote(str(place.python)).encode() + rest)
        copy.chmod(0o755)


def _run(python: str, *options: str) -> str:
    try:
        done = subprocess.run(
            [python, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except OSError as error:
        raise BadInput(f"{python} cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        raise BadInput(f"{python} gave no answer within {PATIENCE_S:.0f} s.") from error
    if done.returncode:
        last = (done.stderr.splitlines() or [f"status {done.returncode}"])[-1]
        raise BadInput(f"{python} cannot be used: {last}")
    return done.stdout
