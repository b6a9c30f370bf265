"""Thumbs and a note under a reply, in a fragment: a click stores, and disturbs nothing that is being written."""

import streamlit as st

from coach.sessions import Sessions, StoredMessage
from coach.ui.state import page_state

_THUMBS = {None: 0, 0: -1, 1: 1}
_CHOICE = {0: None, -1: 0, 1: 1}


@st.fragment
def feedback_row(sessions: Sessions, message: StoredMessage) -> None:
    """Draw and store the user's judgement of a reply."""
    state = page_state()
    thumbs, note = state.judgement(message)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"feedback-{message.id}"):
        choice = st.feedback("thumbs", key=f"thumbs-{message.id}", default=_CHOICE[message.thumbs])
        with st.popover("Note" if not note else "Note ✓", type="tertiary", key=f"note-{message.id}"):
            written = st.text_area("What should it have said?", value=note, max_chars=4000, key=f"note-text-{message.id}")
            st.button("Save", key=f"note-save-{message.id}")
    given = (_THUMBS[choice], written.strip())
    if given != (thumbs, note):
        sessions.give_feedback(message.id, thumbs=given[0], note=given[1])
        state.judge(message, *given)
        if given[1] != note:
            st.rerun(scope="fragment")
