"""Draw an answer, a critique and the messages around them; every decision is made elsewhere."""

from collections.abc import Sequence

import streamlit as st

from coach.detection.taxonomy import load_taxonomy
from coach.schema import Answer, Critique, Page
from coach.sessions import StoredMessage
from coach.ui.markup import (
    PassageOf,
    card_html,
    first_html,
    judged_html,
    numbering,
    ordered,
    slides_html,
    sources_html,
    strip_html,
    tasks_html,
)
from coach.ui.messages import document_html, notice_html, said_html, working_html
from coach.ui.prose import inline_html, prose_html
from coach.ui.stored import StoredDocument

USER = "You"
COACH = "Coach"
_AVATARS = {USER: ":material/person:", COACH: ":material/edit_note:"}


def speaker(name: str) -> st.delta_generator.DeltaGenerator:
    """Open a message of a speaker."""
    return st.chat_message(name, avatar=_AVATARS[name])


def draw_said(text: str) -> None:
    """What the user wrote."""
    with speaker(USER):
        st.html(said_html(text))


def draw_document(document: StoredDocument) -> None:
    """The file or plan that the user sent."""
    with speaker(USER):
        st.html(document_html(document))


def draw_notice(line: str) -> None:
    """One calm line of the coach's."""
    with speaker(COACH):
        st.html(notice_html(line))


def draw_working(slot: st.delta_generator.DeltaGenerator, *, plan: bool, seconds: float) -> None:
    """What the coach is doing, and for how long."""
    slot.html(working_html(plan=plan, seconds=seconds))


def draw_partly(slot: st.delta_generator.DeltaGenerator, text: str) -> None:
    """An answer as far as it is revealed."""
    slot.html(f'<div class="prose">{prose_html(text)}</div>')


def draw_answer(answer: Answer, *, asked: str, passage_of: PassageOf, anchor: str) -> None:
    """An answer with its sources."""
    understood = ""
    if " ".join(answer.standalone_question.casefold().split()) != " ".join(asked.casefold().split()):
        understood = f'<p class="aside">Read as: {inline_html(answer.standalone_question)}</p>'
    notice = notice_html(answer.notice) if answer.notice else ""
    st.html(
        f'{notice}{understood}<div class="prose">{prose_html(answer.answer, anchor=anchor)}</div>'
        f"{sources_html(answer.citations, passage_of, anchor=anchor)}{_related(answer)}{_withheld(answer)}"
    )


def draw_critique(critique: Critique, *, title: str, pages: Sequence[Page], passage_of: PassageOf, anchor: str) -> None:
    """A plan taken apart."""
    notice = notice_html(critique.notice) if critique.notice else ""
    st.html(
        f'<div class="critique"><h3>{inline_html(title)}</h3>{judged_html(critique)}{notice}'
        f"{strip_html(critique, anchor=anchor)}{first_html(critique, anchor=anchor)}"
        f"{slides_html(critique, pages, anchor=anchor)}</div>"
    )
    numbers = numbering(critique)
    cards = "".join(
        card_html(one, numbers[one.mode], passage_of, anchor=anchor, unfolded=one.mode in critique.priorities)
        for one in ordered(critique)
    )
    st.html(f'<section class="cards" aria-label="Findings">{cards}</section>')
    if critique.next_tasks:
        st.html(tasks_html(critique.next_tasks, _spoken))


def draw_downloads(message: StoredMessage, *, name: str) -> None:
    """The report to take along."""
    stem = name.rsplit(".", 1)[0].lower().replace(" ", "-")
    st.download_button(
        "Report (Markdown)",
        message.content,
        file_name=f"{stem}-critique.md",
        mime="text/markdown",
        key=f"report-{message.id}",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )
    st.download_button(
        "Data (JSON)",
        message.payload,
        file_name=f"{stem}-critique.json",
        mime="application/json",
        key=f"data-{message.id}",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )


def _related(answer: Answer) -> str:
    names = [load_taxonomy()[mode].name for mode in answer.modes]
    return f'<p class="aside">Touches on: {inline_html(" · ".join(names))}</p>' if names else ""


def _withheld(answer: Answer) -> str:
    if not answer.unsupported:
        return ""
    items = "".join(f"<li>{inline_html(sentence)}</li>" for sentence in answer.unsupported)
    count = len(answer.unsupported)
    label = f"{count} {'sentence' if count == 1 else 'sentences'} withheld: no source carries {'it' if count == 1 else 'them'}"
    return f'<details class="others"><summary>{label}</summary><ul>{items}</ul></details>'


def _spoken(playbook: str) -> str:
    return playbook.replace("-", " ").capitalize()
