"""What a server's own file says: gunicorn.conf.py, which is a program, and uWSGI's ini."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from betterworker.bench.errors import BadInput
from betterworker.bench.project.texts import read_text

GUNICORN = "gunicorn.conf.py"
PATIENCE_S = 20.0
#: What is asked of gunicorn's file. Plain words and numbers alone come back.
_ASK = """
import json, runpy, sys
found = runpy.run_path(sys.argv[1])
names = ("workers", "threads", "worker_class", "wsgi_app", "daemon", "pidfile", "certfile", "chdir")
told = {name: found[name] for name in names if isinstance(found.get(name), (str, int))}
sys.stdout.write("\\n" + json.dumps(told))
"""
#: An ini's switches: in a command line they stand without a value.
_SWITCHES = frozenset(
    {
        "auto-procname",
        "die-on-term",
        "disable-logging",
        "enable-threads",
        "lazy",
        "lazy-apps",
        "master",
        "memory-report",
        "need-app",
        "no-orphans",
        "single-interpreter",
        "strict",
        "thunder-lock",
        "vacuum",
    }
)
_YES, _NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
_MAGIC = re.compile(r"%|\$\(|@\(")


def gunicorn(python: str, file: Path, folder: Path, env: Mapping[str, str]) -> Mapping[str, str | int]:
    """Its settings as the project's interpreter works them out; none where it cannot: gunicorn says why."""
    try:
        done = subprocess.run(
            [python, "-B", "-c", _ASK, str(file)],
            cwd=folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        told: dict[str, str | int] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return {}
    return told


def here(name: str, at: Path) -> Path:
    """As a command names it from ``at``; one of an image is looked for by its name. Raises BadInput."""
    for path in (at / name, at / PurePath(name).name):
        if path.is_file():
            return path
    raise BadInput(f"The baseline's file {name} is not in {at}: write its options into the command.")


def uwsgi(file: Path) -> tuple[str, ...]:
    """The options of its section [uwsgi], as words of a command. Raises BadInput."""
    return tuple(word for line in _section(file) for word in _words(line, file))


def _section(file: Path) -> Iterator[str]:
    inside = False
    for line in read_text(file).splitlines():
        text = line.strip()
        if text.startswith("["):
            inside = text == "[uwsgi]"
        elif inside and text and text[0] not in "#;":
            yield text


def _words(line: str, file: Path) -> Iterator[str]:
    key, _, value = (part.strip() for part in line.partition("="))
    if _MAGIC.search(line) or key.startswith(("if-", "for", "end", "ini", "include", "set-placeholder")):
        raise BadInput(f"{file.name}: {key} is worked out by uWSGI: write the options into the command.")
    if value.lower() in _NO and key in _SWITCHES:
        return
    switch = value.lower() == "true" or (key in _SWITCHES and value.lower() in _YES)
    yield f"--{key}" if switch or not value else f"--{key}={value}"
