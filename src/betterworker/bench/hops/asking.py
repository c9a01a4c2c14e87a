"""Has a project count its own hops, in its own interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from betterworker.bench.errors import BadInput, BenchError
from betterworker.bench.hops.nouns import Facts

#: Longer than any project takes to be imported and to answer a few requests.
PATIENCE_S = 300.0
TAIL = 8
_BOOT = Path(__file__).with_name("boot.py")
_PACKAGE = Path(__file__).parents[2]


class _Wrong(msgspec.Struct):
    error: str | None = None


def ask(
    settings: str,
    python: str = sys.executable,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Facts:
    """``folder`` holds the project (default: this one), ``env`` is its whole environment (default: ours).

    Raises BadInput for what is wrong in it.
    """
    module = module_name(settings)
    try:
        done = subprocess.run(
            [python, str(_BOOT), str(_PACKAGE), module],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except OSError as error:
        raise BadInput(f"--python {python} cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(
            f"{module} was not done within {PATIENCE_S:.0f} s: something in it waits."
        ) from error
    return _facts(module, done)


def module_name(settings: str) -> str:
    """Raises BadInput for what is none, as the name of its file."""
    if settings.endswith(".py") or "/" in settings:
        meant = settings.removesuffix(".py").strip("./").replace("/", ".")
        raise BadInput(f"{settings} is a file: give the settings' module, as {meant}.")
    if not all(part.isidentifier() for part in settings.split(".")):
        raise BadInput(f"{settings!r} is no module's name: give it as mysite.settings.")
    return settings


def _facts(module: str, done: subprocess.CompletedProcess[str]) -> Facts:
    try:
        wrong = msgspec.json.decode(done.stdout, type=_Wrong).error
        if wrong:
            raise BadInput(wrong)
        return msgspec.json.decode(done.stdout, type=Facts)
    except msgspec.DecodeError as error:
        tail = "\n".join(done.stderr.splitlines()[-TAIL:])
        raise BenchError(f"{module} could not be checked (status {done.returncode}):\n{tail}") from error
