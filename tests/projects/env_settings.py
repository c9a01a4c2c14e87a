"""A project whose settings cannot be imported without two variables, which its ``.env`` has."""

from __future__ import annotations

from pathlib import Path

from tests.projects.making import add, change, manage
from tests.projects.startproject import make as startproject

SECRET_KEY = "env-settings-key-that-nobody-may-see"
#: The key is printed at every start, as people do when they look for a mistake.
SETTINGS = """

import os
import sys

SECRET_KEY = os.environ["SITE_SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = os.environ["SITE_HOSTS"].split(",")
print("starting with", SECRET_KEY, file=sys.stderr)
"""


def make(folder: Path) -> Path:
    startproject(folder)
    change(folder, "mysite/settings.py", "SECRET_KEY = ", "GENERATED_KEY = ")
    add(folder, "mysite/settings.py", SETTINGS)
    add(folder, ".env", f"# of production\nSITE_SECRET_KEY={SECRET_KEY}\nSITE_HOSTS='www.example.com'\n")
    manage(folder, "check", env={"SITE_SECRET_KEY": SECRET_KEY, "SITE_HOSTS": "www.example.com"})
    return folder
