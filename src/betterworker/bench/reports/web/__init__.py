"""The ground of every page: one file that asks nothing of a network, and that shows text as text.

What a run holds was written by servers and by users. Templates escape it, everything that goes into a page or
its data loses what commands a terminal, and the page's policy runs no script but the project's own, known by
their hash: a hole in the escaping would still run nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from betterworker.bench.reports.rows.anchors import cell_anchor, safe
from betterworker.bench.reports.rows.words import lines

_STYLES = ("base.css", "tables.css", "parts.css", "print.css")
_SCRIPTS = ("base.js", "workers.js", "charts.js", "style.js")
CHARTS = "vendor/echarts.common.min.js"


def page(template: str, *, data: Mapping[str, object], scripts: Sequence[str] = (), **context: object) -> str:
    """A whole page of ``templates/NAME``, ending in one newline.

    ``data`` is what its scripts read as ``bw.data``: plain values, with the names of the workers in the
    study's order under ``workers``. ``scripts`` are files of ``static/`` that run after the common ones.
    """
    own = [_asset(name) for name in (*_SCRIPTS, *scripts)]
    charts = _asset(CHARTS)
    parts = {
        "styles": [_asset(name) for name in _STYLES],
        "scripts": own,
        "charts": charts,
        "policy": _policy([*own, charts]),
        "data": _embedded(data),
    }
    return _environment().get_template(template).render(context | parts).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"id": safe}
    environment.globals |= {"cell_anchor": cell_anchor, "sentence_case": _sentence_case}
    return environment


def _sentence_case(text: str) -> str:
    """As it begins a sentence."""
    return text[:1].upper() + text[1:]


@cache
def _asset(name: str) -> Markup:
    """One of the project's own files: the only text of a page that is not escaped."""
    return Markup(resources.files(__name__).joinpath("static", name).read_text(encoding="utf-8"))


def _policy(scripts: Sequence[str]) -> str:
    """Nothing from anywhere, and of what stands in the page only these scripts."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _embedded(data: Mapping[str, object]) -> Markup:
    """JSON that ends no script element, whatever it holds."""
    text = json.dumps(_clean(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _clean(value: object) -> object:
    """Without control characters, in texts and in what holds them."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return lines(value)
    if isinstance(value, Mapping):
        return {lines(str(key)): _clean(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_clean(each) for each in value]
    return value
