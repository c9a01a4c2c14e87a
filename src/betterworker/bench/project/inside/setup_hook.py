"""Runs the project's own function before a study, and hands back what it returns: text by name."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from typing import Any

from .setting_up import Wrong, shortened

#: It is there to write what the requests need, and its owner asked for it.
GUARDED = False


def job(order: dict[str, Any]) -> dict[str, Any]:
    """``order`` has the ``hook`` as ``module:function``."""
    return {"values": _texts(order["hook"], _called(order["hook"]))}


def _called(hook: str) -> Any:
    module, _, name = hook.partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
        found = function()
        return asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is told
        raise Wrong(f"setup = {hook!r} raised:\n{shortened(error)}") from None


async def _awaited(found: Any) -> Any:
    return await found


def _texts(hook: str, found: Any) -> dict[str, str]:
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise Wrong(f"setup = {hook!r} has to return a dict of texts by name, not {type(found).__name__}.")
    bad = [name for name, value in found.items() if not isinstance(value, (str, int))]
    if bad:
        raise Wrong(f"setup = {hook!r} has to return texts: {bad[0]!r} is a {type(found[bad[0]]).__name__}.")
    return {name: str(value) for name, value in found.items()}
