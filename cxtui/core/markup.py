"""Plain text of HTML: what a reader of the page would read. Not yet safe to draw: `clean` it.

One pass that never goes back, so that no markup, however broken or deep, costs more than
its length; html.parser takes seconds for 64 KiB of unclosed quotes.
"""

from __future__ import annotations

import re
from html import unescape

_MARKUP = re.compile(r"<[/!?a-zA-Z]")
_OPENING = re.compile(r"<(?:(!--)|([!?])|(/?)([a-zA-Z][^\s/>]*))")
_UNQUOTED = re.compile(r"[^>\"']*")
_ALT = re.compile(r"""(?<![\w-])alt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\v]+")

_CODE = frozenset({"script", "style"})
_SILENT = _CODE | {"head", "title", "template", "noscript", "iframe", "object", "svg", "math", "select"}
_PARAGRAPHS = frozenset({
    "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "nav",
    "section", "summary", "tbody", "tfoot", "thead", "tr",
})  # fmt: skip


class _Page:
    """The text so far, and what must stand before the next word."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.newlines = 0
        self.blank = False
        self.bullet = False
        self.preformatted = False
        self.lists = 0

    def part(self, newlines: int) -> None:
        """At least so many newlines come before the next word."""
        self.newlines = max(self.newlines, newlines)

    def write(self, words: str) -> None:
        """Text between two tags, character references and all."""
        words = unescape(words)
        if not self.preformatted:
            words = _SPACE.sub(" ", words)
        body = words.strip(" ")
        if not body:
            self.blank = self.blank or bool(words)
            return
        if self.pieces and self.newlines:
            self.pieces.append("\n" * self.newlines)
        elif self.pieces and (self.blank or words[0] == " "):
            self.pieces.append(" ")
        if self.bullet:
            self.pieces.append("- ")
        self.pieces.append(body)
        self.newlines, self.bullet, self.blank = 0, False, words[-1] == " "

    def tag(self, name: str, rest: str, *, closes: bool) -> None:
        """What a tag does to the flow of words."""
        if name == "br":
            self.newlines = min(self.newlines + 1, 2)
        elif name in _PARAGRAPHS:
            if name == "pre":
                self.preformatted = not closes
            if name in ("ul", "ol"):
                self.lists = max(self.lists + (-1 if closes else 1), 0)
                self.part(1 if self.lists > (not closes) else 2)  # no empty line inside a list
            else:
                self.part(1 if self.lists else 2)
        elif name in _BLOCKS:
            self.part(1)
            self.bullet = name == "li" and not closes
        elif name in ("td", "th"):
            self.blank = True
        elif name == "img" and (alt := _ALT.search(rest)):
            self.write(alt[1] or alt[2] or alt[3] or "")


def from_html(raw: str) -> str:
    """The words of HTML with its block breaks; lists as ``- ``, links as their text, images as alt text.

    Text without any markup keeps its own line breaks. Scripts and styles are left out;
    what is broken is read as browsers do or stays as it is.
    """
    if not _MARKUP.search(raw):
        return unescape(raw)
    page = _Page()
    absent: set[str] = set()
    at = 0
    while opening := _OPENING.search(raw, at):
        page.write(raw[at : opening.start()])
        comment, declaration, slash, name = opening.groups()
        if comment:
            at = _after(raw, "-->", opening.end())
            continue
        end = _after(raw, ">", opening.end()) if declaration else _tag_end(raw, opening.end())
        if end is None:
            page.write(raw[opening.start() :])
            return "".join(page.pieces)
        at = end
        if name:
            name = name.lower()
            page.tag(name, raw[opening.end() : at], closes=bool(slash))
            if name in _SILENT and not slash and name not in absent:
                at = _skipped(raw, name, at, absent)
    page.write(raw[at:])
    return "".join(page.pieces)


def _after(raw: str, end: str, at: int) -> int:
    """The place behind the next ``end``, or the end of the text."""
    found = raw.find(end, at)
    return len(raw) if found < 0 else found + len(end)


def _tag_end(raw: str, at: int) -> int | None:
    """The place behind a tag's ``>``, which may stand in quotes before; None where it never ends."""
    while at < len(raw):
        match = _UNQUOTED.match(raw, at)
        at = match.end() if match else at
        if at >= len(raw):
            return None
        if raw[at] == ">":
            return at + 1
        closing = raw.find(raw[at], at + 1)
        if closing < 0:
            closing = at  # a lone quote is a character like others
        at = closing + 1
    return None


def _skipped(raw: str, name: str, at: int, absent: set[str]) -> int:
    """The place of the closing tag of an element nobody reads; without one only code swallows the rest."""
    closing = re.compile(rf"</{name}(?![a-z0-9])", re.IGNORECASE).search(raw, at)
    if closing:
        return closing.start()
    absent.add(name)
    return len(raw) if name in _CODE else at
