"""As whom a local backend runs, and where it may keep its files."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from pathlib import Path

#: PostgreSQL refuses to run as root, and a server that listens has no need to.
USERS = ("postgres", "nobody")
#: Where anybody may keep files, should the usual temporary folder be root's alone.
COMMON_FOLDERS = ("/tmp", "/var/tmp")


def user() -> str | None:
    """Whom root runs it as; None for anybody else, who runs it as themselves. Raises KeyError."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in USERS if name in known), USERS[-1])


def new_folder(prefix: str, owner: str | None) -> Path:
    """A temporary folder that nobody but its owner (and root) can look into."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base(owner)))
    if owner is not None:
        shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)
    return folder


def base(owner: str | None) -> str:
    """The temporary folder, or one that another user can reach."""
    usual = tempfile.gettempdir()
    if owner is None:
        return usual
    return next((path for path in (usual, *COMMON_FOLDERS) if is_open(Path(path))), usual)


def is_open(folder: Path) -> bool:
    """Whether everybody may pass through it and all folders above."""
    absolute = folder.resolve()
    return all(path.stat().st_mode & 0o001 for path in (absolute, *absolute.parents))
