"""The small part of Markdown that answers use, as escaped HTML. Whatever a user or a source wrote stays text."""

import re
from html import escape

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(.*)")
_BULLET = re.compile(r"[-*•]\s+(.*)")
_MARK = re.compile(r"\s*\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![*\w])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![*\w])")
_CODE = re.compile(r"`([^`\n]+)`")


def prose_html(text: str, *, anchor: str = "") -> str:
    """Render paragraphs, lists, headings, emphasis and `[n]` marks.

    Args:
        text: The text.
        anchor: Prefix of the ids that the marks point to; without one they are no links.
    """
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        blocks += _block(block.split("\n"), anchor)
    return "\n".join(blocks)


def inline_html(text: str, *, anchor: str = "") -> str:
    """Render one line's emphasis and `[n]` marks."""
    line = escape(text, quote=True)
    line = _CODE.sub(r"<code>\1</code>", line)
    line = _BOLD.sub(r"<strong>\1</strong>", line)
    line = _ITALIC.sub(r"<em>\1</em>", line)
    return _MARK.sub(lambda match: _superscript(match[1], anchor), line)


def _superscript(number: str, anchor: str) -> str:
    if not anchor:
        return f'<sup class="cite">{number}</sup>'
    return f'<sup class="cite"><a href="#{escape(anchor)}-{number}" aria-label="Source {number}">{number}</a></sup>'


class _Blocks:
    """Collects paragraphs and lists line by line."""

    def __init__(self, anchor: str) -> None:
        self.done: list[str] = []
        self._anchor = anchor
        self._paragraph: list[str] = []
        self._items: list[str] = []
        self._list = ""

    def add(self, raw: str) -> None:
        """Take the next line."""
        line = raw.strip()
        if heading := _HEADING.fullmatch(line):
            self.close()
            self.done.append(f"<h4>{self._inline(heading[1])}</h4>")
        elif numbered := _NUMBERED.fullmatch(line):
            self._item(numbered[2], "ol", f'ol start="{int(numbered[1])}"')
        elif bullet := _BULLET.fullmatch(line):
            self._item(bullet[1], "ul", "ul")
        elif line and self._items and raw.startswith((" ", "\t")):
            self._items[-1] += f" {self._inline(line)}"
        elif line:
            if self._items:
                self.close()
            self._paragraph.append(self._inline(line))

    def close(self) -> None:
        """End the paragraph or list under way."""
        if self._paragraph:
            self.done.append(f"<p>{' '.join(self._paragraph)}</p>")
        if self._items:
            items = "".join(f"<li>{item}</li>" for item in self._items)
            self.done.append(f"<{self._list}>{items}</{self._list.split()[0]}>")
        self._paragraph, self._items, self._list = [], [], ""

    def _item(self, text: str, kind: str, opening: str) -> None:
        if self._paragraph or not self._list.startswith(kind):
            self.close()
            self._list = opening
        self._items.append(self._inline(text))

    def _inline(self, text: str) -> str:
        return inline_html(text, anchor=self._anchor)


def _block(lines: list[str], anchor: str) -> list[str]:
    """A block's lines as paragraphs and lists, in order."""
    blocks = _Blocks(anchor)
    for line in lines:
        blocks.add(line)
    blocks.close()
    return blocks.done
