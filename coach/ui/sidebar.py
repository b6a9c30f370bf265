"""The list of conversations, and what can be done with the open one."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from coach.errors import UsageError
from coach.sessions import Conversation
from coach.settings import BUILTIN_MODEL
from coach.ui.messages import wordmark_html
from coach.ui.state import PageState
from coach.wiring import Coach

LISTED = 60


def draw_sidebar(coach: Coach, state: PageState, conversations: Sequence[Conversation]) -> None:
    """Draw the sidebar and act on its clicks before the page itself is drawn."""
    with st.sidebar:
        st.html(wordmark_html())
        st.button("New conversation", key="new", on_click=state.open, args=(None,), icon=":material/add:", width="stretch")
        if conversations:
            st.html('<h4 class="label">Conversations</h4>')
        with st.container(key="conversations", gap=None):
            for one in conversations[:LISTED]:
                _row(coach, state, one)
        if len(conversations) > LISTED:
            st.caption(f"and {len(conversations) - LISTED} older ones")
        st.html(f'<footer class="writer">{_writer(coach.settings.model)}</footer>')


def _row(coach: Coach, state: PageState, one: Conversation) -> None:
    is_open = one.id == state.conversation_id
    key = f"{'open' if is_open else 'row'}-{one.id}"
    with st.container(key=key, horizontal=True, wrap=False, gap=None, vertical_alignment="center"):
        st.button(
            _plain(one.title), key=f"show-{one.id}", on_click=state.open, args=(one.id,), type="tertiary", width="stretch"
        )
        if is_open:
            with st.popover("Manage", icon=":material/more_horiz:", type="tertiary", key="manage"):
                _manage(coach, state, one)


def _manage(coach: Coach, state: PageState, one: Conversation) -> None:
    with st.form(f"rename-{one.id}", border=False):
        title = st.text_input("Title", value=one.title, max_chars=60, key=f"title-{one.id}")
        if st.form_submit_button("Rename", key=f"rename-save-{one.id}") and title != one.title:
            try:
                coach.sessions.rename(one.id, title)
            except UsageError as error:
                st.caption(str(error))
            else:
                st.rerun()
    st.download_button(
        "Export as Markdown",
        coach.sessions.export(one.id),
        file_name=f"{_file_stem(one.title)}.md",
        mime="text/markdown",
        key=f"export-{one.id}",
        on_click="ignore",
        width="stretch",
    )
    if state.confirming != one.id:
        if st.button("Delete …", key=f"delete-{one.id}", width="stretch"):
            state.confirming = one.id
            st.rerun()
        return
    st.caption("Delete it with all its messages and notes? This cannot be undone.")
    if st.button("Delete for good", key=f"delete-sure-{one.id}", type="primary", width="stretch"):
        state.forget(one.id)
        coach.sessions.delete(one.id)
        st.rerun()
    if st.button("Keep it", key=f"delete-not-{one.id}", width="stretch"):
        state.confirming = None
        st.rerun()


def _writer(model: str) -> str:
    return "Written by the built-in writer, offline" if model == BUILTIN_MODEL else f"Written by {escape(model)}"


def _plain(title: str) -> str:
    """A title without the signs that a button would read as Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+!|<>~$:" else sign for sign in title)


def _file_stem(title: str) -> str:
    stem = "".join(sign if sign.isalnum() else "-" for sign in title.lower()).strip("-")
    return "-".join(part for part in stem.split("-") if part)[:50] or "conversation"
