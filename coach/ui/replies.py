"""From a message to a kept reply, without a page: decide what the message is, do the work, store it whole."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from coach.detection.intent import looks_like_plan
from coach.errors import CoachError
from coach.render import critique_markdown, to_json
from coach.schema import Answer, Critique, Message
from coach.sessions import StoredMessage, history
from coach.ui.stored import PASTED, StoredDocument, document_from
from coach.wiring import MAX_PLAN_CHARACTERS, Coach

_SLIDE = re.compile(r"(?i)\bslide\s+(?:no\.?\s*|#\s*)?(\d{1,3})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A reply to be made.

    Attributes:
        conversation_id: Where it will be kept.
        question: The question to answer; "" for a plan.
        plan: The document to take apart; None for a question.
        earlier: What the question may lean on.
        slide: The slide to judge; None lets the coach choose.
    """

    conversation_id: str
    question: str = ""
    plan: StoredDocument | None = None
    earlier: tuple[Message, ...] = ()
    slide: int | None = None


def take_message(coach: Coach, conversation_id: str | None, text: str) -> Job:
    """Keep a typed or pasted message and say what is to be done about it.

    Raises:
        UsageError: It is too long for either.
    """
    if not looks_like_plan(text):
        return _take_question(coach, conversation_id, text)
    document = StoredDocument(name=PASTED, text=text)
    kept_text = text if len(text) <= MAX_PLAN_CHARACTERS else f"{text[:2000]}…"
    kept = replace(document, text=kept_text)
    conversation_id = conversation_id or coach.sessions.start(text)
    coach.sessions.append(conversation_id, role="user", kind="document", content=kept_text, payload=_plain(kept))
    return Job(conversation_id=conversation_id, plan=document)


def take_file(coach: Coach, conversation_id: str | None, data: bytes, *, name: str, remark: str = "") -> Job:
    """Read an uploaded file, keep it as a message and say what is to be done about it.

    Raises:
        LoadError: It cannot be read; nothing is kept then.
    """
    loaded = coach.load_upload(data, name=name)
    document = StoredDocument(name=name, text=loaded.text, pages=loaded.pages, remark=remark)
    content = "\n\n".join(part for part in (remark, name) if part)
    conversation_id = conversation_id or coach.sessions.start(name)
    coach.sessions.append(conversation_id, role="user", kind="document", content=content, payload=_plain(document))
    return Job(conversation_id=conversation_id, plan=document, slide=_slide_wanted(remark, document))


def take_again(coach: Coach, conversation_id: str, message: StoredMessage, *, as_plan: bool) -> Job:
    """Treat a kept message once more, as a plan or as a question."""
    if as_plan:
        is_document = message.kind == "document"
        document = document_from(message.payload) if is_document else StoredDocument(name=PASTED, text=message.content)
        return Job(conversation_id=conversation_id, plan=document, slide=_slide_wanted(document.remark, document))
    before = [one for one in coach.sessions.messages(conversation_id) if one.id < message.id]
    return Job(conversation_id=conversation_id, question=message.content, earlier=tuple(history(before)))


def start(coach: Coach, job: Job) -> Future[Answer | Critique]:
    """Begin to work on a job beside the page, so that the page can show progress and be stopped at any moment."""
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="coach-reply")
    result = worker.submit(make_reply, coach, job)
    worker.shutdown(wait=False)
    return result


def make_reply(coach: Coach, job: Job) -> Answer | Critique:
    """Answer the question or take the plan apart.

    Raises:
        CoachError: It cannot be done; the message is for the user.
    """
    if job.plan is not None:
        return coach.critique(job.plan.document, slide=job.slide)
    return coach.ask(job.question, history=job.earlier)


def keep_reply(coach: Coach, job: Job, reply: Answer | Critique) -> int:
    """Store a whole reply and return its message's number."""
    if isinstance(reply, Answer):
        content = reply.answer
    else:
        content = critique_markdown(reply, title=job.plan.name if job.plan else PASTED)
    return coach.sessions.append(
        job.conversation_id,
        role="assistant",
        kind="answer" if isinstance(reply, Answer) else "critique",
        content=content,
        payload=_plain(reply),
    )


def failure_line(error: BaseException) -> str | None:
    """The line for an error that is meant for the user; None for a fault of the program."""
    return str(error) if isinstance(error, CoachError) else None


def document_behind(messages: Sequence[StoredMessage], critique: StoredMessage) -> StoredDocument | None:
    """The document that a critique is about: the last one sent before it."""
    before = [one for one in messages if one.id < critique.id and one.role == "user"]
    if not before:
        return None
    last = before[-1]
    return document_from(last.payload) if last.kind == "document" else StoredDocument(name=PASTED, text=last.content)


def _take_question(coach: Coach, conversation_id: str | None, text: str) -> Job:
    earlier = history(coach.sessions.messages(conversation_id)) if conversation_id else []
    conversation_id = conversation_id or coach.sessions.start(text)
    coach.sessions.append(conversation_id, role="user", kind="text", content=text)
    return Job(conversation_id=conversation_id, question=text, earlier=tuple(earlier))


def _slide_wanted(remark: str, document: StoredDocument) -> int | None:
    """The slide that the user names beside a deck, if the deck has it."""
    match = _SLIDE.search(remark)
    number = int(match[1]) if match else 0
    return number if 1 <= number <= len(document.pages) else None


def _plain(value: object) -> object:
    return json.loads(to_json(value))
