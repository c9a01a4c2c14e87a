"""pip, on an overlay's interpreter, where it sees the project's packages as installed.

Not ``uv pip``, which looks into the overlay's own folder alone, and would install again what the project has.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from shutil import which

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from betterworker.bench import guard

#: The first whose resolver refuses what does not fit.
OLDEST = (20, 3)
#: The first that installs for another interpreter.
OURS_SINCE = Version("22.3")
PATIENCE_S = 600.0
#: Where pip installs, and whether again: that is for us to say, the rest of the user's settings holds.
NOT_THE_USERS = (
    *("TARGET", "PREFIX", "ROOT", "USER", "UPGRADE", "FORCE_REINSTALL", "IGNORE_INSTALLED", "PYTHON"),
    *("DRY_RUN", "REQUIREMENT", "EDITABLE", "NO_DEPS", "REPORT", "QUIET"),
)
OPTIONS = (
    "--disable-pip-version-check",
    "--no-input",
    "--no-user",
    "--no-compile",
    "--no-warn-script-location",
    "--prefer-binary",
    "--progress-bar=off",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pip:
    """``command`` is up to the name of what it is to do; ``lock`` is held for as long as it runs."""

    command: tuple[str, ...]
    env: Mapping[str, str]
    lock: int

    def install(self, names: Sequence[str], constraints: Path) -> tuple[int, str]:
        """Its status, and all that it said."""
        options = (*OPTIONS, "--constraint", str(constraints))
        return run((*self.command, "install", *options, *names), self.env, self.lock)


def find(python: str, version: str, env: Mapping[str, str], lock: int) -> Pip | None:
    """Ours, or else the first that works there; ``version`` is of that interpreter."""
    if is_ours_for(version):
        command: tuple[str, ...] = (sys.executable, "-I", "-m", "pip", "--python", python)
        return Pip(command=command, env=env, lock=lock)
    for command in others(python, env, lock):
        status, output = run((*command, "--version"), env, lock)
        if status == 0 and version_of(output) >= OLDEST:
            return Pip(command=command, env=env, lock=lock)
    return None


def is_ours_for(python: str) -> bool:
    """Whether this program has a pip that runs on such a Python as well; told without a start of it."""
    try:
        ours = metadata("pip")
    except PackageNotFoundError:
        return False
    return Version(ours["Version"]) >= OURS_SINCE and python in SpecifierSet(ours["Requires-Python"] or "")


def others(python: str, env: Mapping[str, str], lock: int) -> Iterator[tuple[str, ...]]:
    if uv := which("uv"):
        yield (uv, "tool", "run", "pip", "--python", python)
    yield (python, "-I", "-m", "pip")
    run((python, "-I", "-m", "ensurepip"), env, lock)
    yield (python, "-I", "-m", "pip")


def version_of(output: str) -> tuple[int, ...]:
    numbers = re.search(r"^pip (\d+)\.(\d+)", output, re.MULTILINE)
    return tuple(map(int, numbers.groups())) if numbers else ()


def run(command: Sequence[str], env: Mapping[str, str], lock: int) -> tuple[int, str]:
    """Behind the guard, so that it ends with this program, however that ends, and before the lock is free."""
    its, ours = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, "--grace", "2", "--", *command],
        stdin=its,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        pass_fds=(lock,),
        start_new_session=True,
        text=True,
        errors="replace",
    ) as process:
        os.close(its)
        try:
            output, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return 1, f"ERROR: pip was not done within {PATIENCE_S:.0f} s"
        finally:
            os.close(ours)
    return process.returncode, output


def environment(own: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The user's settings of pip, those of the project's own environment among them."""
    left = {f"PIP_{name}" for name in NOT_THE_USERS}
    env = {name: value for name, value in own.items() if name not in left}
    settings = Path(prefix) / "pip.conf"
    theirs = {"PIP_CONFIG_FILE": str(settings)} if settings.exists() else {}
    patience = {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "15"}
    return {**patience, **theirs, **env, "PYTHONDONTWRITEBYTECODE": "1"}
