"""Small pieces of a conversation as escaped HTML."""

from html import escape

from coach.ui.stored import StoredDocument

FOLD_FROM = 700
FOLD_LINES = 12
_HEAD = 280
LONGEST = 30_000


def said_html(text: str) -> str:
    """What a user wrote, folded where it is long."""
    text = text.strip()
    if len(text) <= FOLD_FROM and text.count("\n") < FOLD_LINES:
        return f'<div class="said">{escape(text)}</div>'
    head = "\n".join(text[:_HEAD].rsplit(None, 1)[0].split("\n")[:4])
    shown = escape(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")
    return (
        f'<details class="said"><summary><span class="head">{escape(head)} …</span>'
        f'<span class="more">Show all {len(text):,} characters</span></summary><div>{shown}</div></details>'
    )


def document_html(document: StoredDocument) -> str:
    """A file with what was said beside it, or a pasted plan."""
    if document.pasted:
        return said_html(document.text)
    remark = f"<div>{escape(document.remark)}</div>" if document.remark else ""
    count = len(document.pages)
    unit = "slide" if document.name.lower().endswith(".pptx") else "page"
    pages = f"<small>{count} {unit if count == 1 else unit + 's'}</small>"
    return f'<div class="said">{remark}<div class="file"><span>{escape(document.name)}</span>{pages}</div></div>'


def notice_html(line: str) -> str:
    """One calm line."""
    return f'<p class="notice" role="status">{escape(line)}</p>'


def working_html(*, plan: bool, seconds: float) -> str:
    """What is being done."""
    doing = "Reading the plan against fourteen ways to fail" if plan else "Reading the sources"
    clock = f" <small>{seconds:.0f} s</small>" if seconds >= 3 else ""
    return f'<p class="working" role="status">{doing}<span class="dots" aria-hidden="true"></span>{clock}</p>'


def welcome_html() -> str:
    """The invitation of the empty page."""
    return (
        '<header class="welcome"><h1>Will a partner have a reason to care?</h1>'
        "<p>Ask about partnerships, or hand over the partner slide: paste it, or attach the deck. "
        "Answers quote their sources. A plan comes back marked up against fourteen ways in which partner programs fail, "
        "with the question to answer and the next step for each.</p></header>"
    )


def wordmark_html() -> str:
    """The product's name in text."""
    return '<div class="wordmark">Coach<span>for partnerships</span></div>'


def topmark_html() -> str:
    """The product's name above the thread, for a phone, whose sidebar is folded away."""
    return '<div class="topmark" aria-hidden="true">Coach</div>'
