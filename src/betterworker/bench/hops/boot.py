"""Run by the project's own interpreter, which may be old, and may not have betterworker installed.

Arguments: the folder of the package betterworker, and what ``betterworker.handler.hops`` takes.
"""

import importlib.util
import json
import runpy
import sys
from pathlib import Path


def unfit() -> str:
    """Why the handler cannot run here; empty where it can."""
    have = sys.version_info
    if have < (3, 11):
        return f"The handler needs Python 3.11 or later; {sys.executable} is {have[0]}.{have[1]}."
    try:
        import django
    except ImportError:
        return f"{sys.executable} has no Django. Name the project's own interpreter: --python PATH"
    if django.VERSION < (5, 2):
        return f"The handler needs Django 5.2 or later; {sys.executable} has {django.get_version()}."
    return ""


def main() -> None:
    package = Path(sys.argv.pop(1))
    # As manage.py has it: the project's folder, and not this one.
    sys.path[0] = str(Path.cwd())
    wrong = unfit()
    if wrong:
        print(json.dumps({"error": wrong}))
        return
    # The betterworker that asks, whichever the interpreter has.
    spec = importlib.util.spec_from_file_location(
        "betterworker", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["betterworker"] = module
    spec.loader.exec_module(module)
    runpy.run_module("betterworker.handler.hops", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
