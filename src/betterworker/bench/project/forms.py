"""A log-in page: the form that asks for a password, what it sends by itself, and what it complains of."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Parts of the class names in which forms, admin sites and component libraries show what was wrong.
_COMPLAINTS = ("error", "alert", "invalid")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
SHORT = 200


@dataclass(slots=True)
class Form:
    """``hidden`` are its hidden fields; ``names`` all that it has."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    password: bool = False


class Page(HTMLParser):
    """The forms of a page, and the text of what is marked as an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._open: Form | None = None
        self._depth = 0
        self.feed(text)

    def form(self, fields: frozenset[str]) -> Form | None:
        """The one that asks for a password, or for one of these fields."""
        ours = [form for form in self.forms if form.password or form.names & fields]
        return max(ours, key=lambda form: len(form.names & fields), default=None)

    @property
    def complaint(self) -> str:
        return " ".join(" ".join(self.words).split())[:SHORT]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(action=given.get("action", ""))
            self.forms.append(self._open)
        if tag == "input" and self._open is not None:
            self._input(self._open, given)
        if tag not in _VOID and (self._depth or any(word in given.get("class", "") for word in _COMPLAINTS)):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if self._depth and tag not in _VOID:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.words.append(data)

    @staticmethod
    def _input(form: Form, given: dict[str, str]) -> None:
        name = given.get("name", "")
        form.names.add(name)
        form.password |= given.get("type", "").lower() == "password"
        if name and given.get("type", "").lower() == "hidden":
            form.hidden[name] = given.get("value", "")
