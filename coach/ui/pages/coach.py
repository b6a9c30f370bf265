"""The chat: one input for questions, pasted plans and decks; one thread of answers and critiques."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import wait

import streamlit as st

from coach.errors import CoachError
from coach.schema import Answer, Citation
from coach.sessions import StoredMessage
from coach.ui import views
from coach.ui.feedback import feedback_row
from coach.ui.messages import topmark_html, welcome_html
from coach.ui.passages import Passage, passage_around
from coach.ui.replies import (
    Job,
    document_behind,
    failure_line,
    keep_reply,
    start,
    take_again,
    take_file,
    take_message,
)
from coach.ui.sidebar import draw_sidebar
from coach.ui.state import PageState, Working, page_state
from coach.ui.stored import answer_from, critique_from, document_from
from coach.ui.theme import asset_text
from coach.wiring import Coach

EXAMPLES = (
    "What is the partner's win, and how do I find out?",
    "Is a revenue share enough to motivate a reseller?",
    "Which number shows that a partner program fails?",
    "How do I run a pilot with a first partner?",
)
SAMPLE = "Take apart a sample slide"
REVEAL_STEPS = 36
REVEAL_SECONDS = 0.8
LOOK_EVERY = 0.12


def show(coach: Coach) -> None:
    """Draw the page."""
    state = page_state()
    _settle(coach, state)
    conversations = coach.sessions.list()
    if state.conversation_id not in (None, *(one.id for one in conversations)):
        state.open(None)
    _input(coach, state)
    draw_sidebar(coach, state, coach.sessions.list())
    st.html(topmark_html())
    messages = coach.sessions.messages(state.conversation_id) if state.conversation_id else []
    if not messages and not state.notice:
        _welcome(coach, state)
    for message in messages:
        _draw(coach, state, messages, message)
    working = state.working_here()
    if working is not None:
        _attend(coach, state, working)
    elif state.notice:
        if state.unread:
            views.draw_said(state.unread)
        views.draw_notice(state.notice)


def _input(coach: Coach, state: PageState) -> None:
    """The input, and above it the stop button while there is something to stop."""
    with st.bottom:
        stop = st.empty()
        sent = st.chat_input(
            "Ask, paste a plan, or attach a deck",
            key="message",
            accept_file=True,
            submit_mode="disable",
        )
        if sent is not None:
            text = sent.text.strip()
            upload = sent.files[0] if sent.files else None
            try:
                if upload is not None:
                    job = take_file(coach, state.conversation_id, upload.getvalue(), name=upload.name, remark=text)
                else:
                    job = take_message(coach, state.conversation_id, text)
            except CoachError as error:
                state.refuse(str(error), unread="\n".join(part for part in (text, upload.name if upload else "") if part))
            else:
                _begin(coach, state, job)
        if state.working_here() is not None:
            stop.button("Stop", key="stop", on_click=state.stop, icon=":material/stop:")


def _begin(coach: Coach, state: PageState, job: Job) -> None:
    state.clear_notice()
    state.open(job.conversation_id)
    state.working = Working(job=job, result=start(coach, job))


def _begin_with(coach: Coach, state: PageState, text: str) -> None:
    try:
        _begin(coach, state, take_message(coach, state.conversation_id, text))
    except CoachError as error:
        state.refuse(str(error), unread=text)


def _begin_again(coach: Coach, state: PageState, message: StoredMessage, *, as_plan: bool) -> None:
    if state.conversation_id is not None:
        _begin(coach, state, take_again(coach, state.conversation_id, message, as_plan=as_plan))


def _welcome(coach: Coach, state: PageState) -> None:
    st.html(welcome_html())
    with st.container(key="examples", gap=None):
        for number, example in enumerate(EXAMPLES):
            st.button(
                example, key=f"example-{number}", type="tertiary", width="stretch",
                on_click=_begin_with, args=(coach, state, example),
            )  # fmt: skip
        st.button(
            SAMPLE, key="example-sample", type="tertiary", width="stretch",
            on_click=_begin_with, args=(coach, state, asset_text("sample_plan.txt")),
        )  # fmt: skip


def _draw(coach: Coach, state: PageState, messages: Sequence[StoredMessage], message: StoredMessage) -> None:
    """One message of the thread with its controls."""
    anchor = f"m{message.id}"

    def passage_of(citation: Citation) -> Passage:
        return passage_around(
            citation.quote, _source_text(coach, citation.source_id, citation.collection, str(coach.settings.home))
        )

    if message.role == "user":
        if message.kind == "document":
            views.draw_document(document_from(message.payload))
        else:
            views.draw_said(message.content)
        if state.working_here() is None and message.id == max(one.id for one in messages if one.role == "user"):
            _second_thoughts(coach, state, message, answered={one.kind for one in messages if one.id > message.id})
        return
    with views.speaker(views.COACH):
        if message.kind == "critique":
            document = document_behind(messages, message)
            critique = critique_from(message.payload)
            title = document.document.title if document else "Plan"
            pages = document.document.pages if document else ()
            views.draw_critique(critique, title=title, pages=pages, passage_of=passage_of, anchor=anchor)
            with st.container(key=f"take-{message.id}", horizontal=True, gap="small"):
                views.draw_downloads(message, name=title)
        else:
            asked = next((one.content for one in reversed(messages) if one.id < message.id and one.role == "user"), "")
            views.draw_answer(answer_from(message.payload), asked=asked, passage_of=passage_of, anchor=anchor)
        feedback_row(coach.sessions, message)


def _second_thoughts(coach: Coach, state: PageState, message: StoredMessage, *, answered: set[str]) -> None:
    """Let the user say what a message was meant to be."""
    uploaded = message.kind == "document" and not document_from(message.payload).pasted
    with st.container(key="second-thoughts", horizontal=True, horizontal_alignment="right", gap="small"):
        if "critique" not in answered:
            st.button(
                "Take it apart as a plan", key="as-plan", type="tertiary",
                on_click=_begin_again, args=(coach, state, message), kwargs={"as_plan": True},
            )  # fmt: skip
        if "answer" not in answered and not uploaded:
            st.button(
                "Answer it as a question", key="as-question", type="tertiary",
                on_click=_begin_again, args=(coach, state, message), kwargs={"as_plan": False},
            )  # fmt: skip


def _attend(coach: Coach, state: PageState, working: Working) -> None:
    """Show progress until the reply is whole, reveal it, keep it."""
    started = time.monotonic()
    with views.speaker(views.COACH):
        slot = st.empty()
        while not working.result.done():
            views.draw_working(slot, plan=working.job.plan is not None, seconds=time.monotonic() - started)
            wait([working.result], timeout=LOOK_EVERY)
        error = working.result.exception()
        if error is not None:
            state.working = None
            line = failure_line(error)
            if line is None:
                raise error
            state.refuse(line)
            st.rerun()
        reply = working.result.result()
        if isinstance(reply, Answer):
            for partly in _growing(reply.answer):
                views.draw_partly(slot, partly)
                time.sleep(REVEAL_SECONDS / REVEAL_STEPS)
        _keep(coach, state, working)
    st.rerun()


def _settle(coach: Coach, state: PageState) -> None:
    """Keep a reply that became ready while the user looked at another conversation."""
    working = state.working
    if working is None or state.working_here() is not None or not working.result.done():
        return
    if working.result.cancelled() or working.result.exception() is not None:
        state.working = None
    else:
        _keep(coach, state, working)


def _keep(coach: Coach, state: PageState, working: Working) -> None:
    """Store a whole reply, unless its conversation has been deleted meanwhile."""
    state.working = None
    try:
        keep_reply(coach, working.job, working.result.result())
    except CoachError as error:
        state.refuse(str(error))


def _growing(text: str) -> Iterator[str]:
    """A text that grows by a few words a step, in at most `REVEAL_STEPS` steps."""
    ends = [place for place, sign in enumerate(text) if sign in " \n"]
    step = max(1, -(-len(ends) // REVEAL_STEPS))
    yield from (text[:end] for end in ends[step - 1 :: step])


@st.cache_data(ttl=60, max_entries=200, show_spinner=False)
def _source_text(_coach: Coach, source_id: str, collection: str, home: str) -> str:  # noqa: ARG001 - `home` is part of the key
    """A source's whole text; nothing where it has been removed since."""
    try:
        return _coach.source_text(source_id, collection=collection or None)[1]
    except CoachError:
        return ""
