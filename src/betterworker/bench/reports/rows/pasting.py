"""A deployment as files have it, ready to paste: a shell's line, a Procfile, a systemd unit, a Dockerfile."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from betterworker.bench.model.deployed import HOST, PORT
from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.model import Deployment

#: A longer command is broken over several lines, as a narrow terminal has them.
WIDTH = 78
_UNIT_PLAIN = re.compile(r"[\w@+=:,./-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """``name`` is for machines; ``title`` says where the text goes."""

    name: str
    title: str
    text: str


def pasted(deployment: Deployment) -> tuple[Pasted, ...]:
    """Empty where there is no new command to run."""
    if not deployment.command or deployment.keeps:
        return ()
    return (
        Pasted(name="command", title="Command", text=shell(deployment)),
        Pasted(name="procfile", title="Procfile", text=procfile(deployment)),
        Pasted(
            name="systemd",
            title=f"systemd: /etc/systemd/system/{unit_name(deployment)}",
            text=unit(deployment),
        ),
        Pasted(name="dockerfile", title="Dockerfile", text=dockerfile(deployment)),
    )


def shell(deployment: Deployment) -> str:
    """For a terminal in the folder of betterworker.toml, over several lines where it is long."""
    words = [_settings(deployment), *map(_quoted, _at(deployment, "127.0.0.1", "8000"))]
    if deployment.folder:
        # In a shell of its own: the terminal's stays where it is, and the same line can be typed again.
        words = ["(cd", _quoted(one_line(deployment.folder)), "&&", *words[:-1], f"{words[-1]})"]
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) + 3 > WIDTH:
            lines.append(line)
            line = " "
        line += f" {word}" if line else word
    return " \\\n".join((*lines, line))


def procfile(deployment: Deployment) -> str:
    words = " ".join((_settings(deployment), *map(_quoted, _at(deployment, "0.0.0.0", "$PORT"))))
    if deployment.deployed:
        # The server takes the shell's place: signals are for it.
        return f"web: cd {shlex.quote(one_line(deployment.deployed))} && exec env {words}"
    return f"web: {words}"


def unit_name(deployment: Deployment) -> str:
    return f"{_named(deployment)}.service"


def unit(deployment: Deployment) -> str:
    """A systemd service behind a proxy on the same machine."""
    name = _named(deployment)
    program, *rest = _at(deployment, "127.0.0.1", "8000")
    # gunicorn tells systemd when it is ready; systemd could not know it of the others.
    kind = ["Type=notify", "NotifyAccess=main"] if program == "gunicorn" else ["Type=exec"]
    command = " ".join(map(_in_unit, (f"/srv/{name}/.venv/bin/{program}", *rest)))
    return "\n".join(
        (
            "[Unit]",
            f"Description={name} on {one_line(deployment.offered or deployment.worker or '')}",
            "After=network.target",
            "",
            "[Service]",
            *kind,
            "# The project's user, folder, environment and variables: put your own here.",
            f"User={name}",
            f"WorkingDirectory={PurePath(f'/srv/{name}', _specified(one_line(deployment.deployed)))}",
            f"EnvironmentFile=-/etc/{name}.env",
            f"Environment={_in_unit(_named_settings(deployment)).replace('$$', '$')}",
            f"ExecStart={command}",
            *(["ExecReload=/bin/kill -s HUP $MAINPID"] if deployment.reloads else []),
            "KillMode=mixed",
            "Restart=always",
            "LimitNOFILE=65536",
            "",
            "[Install]",
            "WantedBy=multi-user.target",
        )
    )


def dockerfile(deployment: Deployment) -> str:
    """The last lines of an image that has the project's requirements already."""
    return "\n".join(
        (
            *_installed(deployment.requirements),
            *_workdir(deployment.deployed),
            f"ENV {_settings(deployment)}",
            "EXPOSE 8000",
            f"CMD {json.dumps(_at(deployment, '0.0.0.0', '8000'), ensure_ascii=False)}",
        )
    )


def _installed(requirements: Sequence[str]) -> Iterator[str]:
    if requirements:
        yield f"RUN pip install --no-cache-dir {shlex.join(map(one_line, requirements))}"


def _workdir(folder: str) -> Iterator[str]:
    if folder:
        yield "# The folder of manage.py, from the one that holds the repository: put your own here."
        yield "WORKDIR " + one_line(folder).replace("$", r"\$")


def _settings(deployment: Deployment) -> str:
    """For a shell, and for a Dockerfile, which reads quotes as one."""
    name, _, text = _named_settings(deployment).partition("=")
    return f"{name}={shlex.quote(text)}"


def _named_settings(deployment: Deployment) -> str:
    """Those that were measured: a project's own wsgi.py and asgi.py may name others, for want of any."""
    return f"DJANGO_SETTINGS_MODULE={one_line(deployment.settings)}"


def _at(deployment: Deployment, host: str, port: str) -> list[str]:
    return [one_line(word).replace(HOST, host).replace(PORT, port) for word in deployment.command]


def _named(deployment: Deployment) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", deployment.project) or "site"


def _quoted(word: str) -> str:
    """For a shell, which is to fill in $PORT, and nothing else."""
    return "$PORT".join(part and shlex.quote(part) for part in word.split("$PORT")) or "''"


def _specified(text: str) -> str:
    """Where systemd fills in what % stands before."""
    return text.replace("%", "%%")


def _in_unit(word: str) -> str:
    """For ExecStart=, where % and $ mean something, and quotes are double."""
    text = _specified(word).replace("$", "$$")
    if _UNIT_PLAIN.fullmatch(word):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
