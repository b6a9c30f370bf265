"""What a browser tab remembers between two runs of the page: one typed object, the only user of `st.session_state`."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from coach.schema import Answer, Critique
from coach.sessions import StoredMessage
from coach.ui.replies import Job

_KEY = "coach"
_CONVERSATION = "c"


@dataclass
class Working:
    """A reply in the making; it outlives the runs of the page that interrupt each other.

    Attributes:
        job: What is being worked on.
        result: Will hold the reply or its error.
    """

    job: Job
    result: Future[Answer | Critique]


@dataclass
class PageState:
    """The state of one tab.

    Attributes:
        conversation_id: The open conversation; None on the empty page.
        working: The reply in the making.
        notice: One calm line of the coach's about the last message.
        unread: A message that could not be taken, kept for the user to see and mend.
        confirming: The conversation whose deletion waits for a second click.
        judged: Thumbs and note of each message judged in this tab, by its number.
    """

    conversation_id: str | None = None
    working: Working | None = None
    notice: str = ""
    unread: str = ""
    confirming: str | None = None
    judged: dict[int, tuple[int, str]] = field(default_factory=dict)

    def open(self, conversation_id: str | None) -> None:
        """Show another conversation, or the empty page; its address goes into the page's own."""
        if conversation_id != self.conversation_id:
            self.clear_notice()
            self.confirming = None
        self.conversation_id = conversation_id
        if conversation_id is None:
            st.query_params.pop(_CONVERSATION, None)
        else:
            st.query_params[_CONVERSATION] = conversation_id

    def stop(self) -> None:
        """Drop the reply in the making; the question stays."""
        if self.working is not None:
            self.working.result.cancel()
            self.working = None
            self.notice = "Stopped. Your message is kept."

    def refuse(self, notice: str, *, unread: str = "") -> None:
        """Say in one line why a message could not be taken."""
        self.notice = notice
        self.unread = unread

    def clear_notice(self) -> None:
        """Forget the last line about a message."""
        self.notice = ""
        self.unread = ""

    def forget(self, conversation_id: str) -> None:
        """Leave a conversation that is about to be deleted."""
        if self.working is not None and self.working.job.conversation_id == conversation_id:
            self.stop()
        if self.conversation_id == conversation_id:
            self.open(None)
        self.confirming = None

    def judgement(self, message: StoredMessage) -> tuple[int, str]:
        """Thumbs and note of a message, as last stored."""
        return self.judged.get(message.id, (message.thumbs, message.note))

    def judge(self, message: StoredMessage, thumbs: int, note: str) -> None:
        """Remember what has been stored."""
        self.judged[message.id] = (thumbs, note)

    def working_here(self) -> Working | None:
        """The reply in the making if it belongs to the open conversation."""
        here = self.working is not None and self.working.job.conversation_id == self.conversation_id
        return self.working if here else None


def page_state() -> PageState:
    """Return this tab's state; a fresh tab opens the conversation in its address."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = PageState(conversation_id=st.query_params.get(_CONVERSATION))
    return cast("PageState", st.session_state[_KEY])
