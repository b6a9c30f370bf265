"""Conversations, their messages and feedback: kept until the user deletes them."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from coach.database import ConversationRow, FeedbackRow, MessageRow, now
from coach.errors import UsageError
from coach.schema import Message, Role

MessageKind = Literal["text", "answer", "document", "critique"]
TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as listed."""

    id: str
    title: str
    changed_at: datetime
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as kept.

    Attributes:
        id: Number of the message.
        role: Who speaks.
        kind: `text` and `document` are the user's; `answer` and `critique` the coach's.
        content: What is read.
        payload: The answer or critique behind it as JSON; for a document its name and text; "" otherwise.
        thumbs: The user's judgement: -1, 0 (none) or 1.
        note: The user's note on it.
    """

    id: int
    role: Role
    kind: MessageKind
    content: str
    payload: str = ""
    thumbs: int = 0
    note: str = ""


class Sessions:
    """Reads and writes conversations; every method is one transaction.

    Args:
        engine: The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, first_words: str) -> str:
        """Open a conversation named after its first words and return its id."""
        conversation_id = secrets.token_urlsafe(9)
        with Session(self._engine) as session, session.begin():
            session.add(ConversationRow(id=conversation_id, title=_title(first_words)))
        return conversation_id

    def list(self) -> Sequence[Conversation]:
        """All conversations, the one changed last first."""
        count = (
            select(func.count()).where(MessageRow.conversation_id == ConversationRow.id).correlate(ConversationRow)
        ).scalar_subquery()
        query = select(ConversationRow, count).order_by(ConversationRow.changed_at.desc())
        with Session(self._engine) as session:
            return [
                Conversation(id=row.id, title=row.title, changed_at=row.changed_at, messages=messages)
                for row, messages in session.execute(query)
            ]

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title; an empty one is refused."""
        if not title.strip():
            raise UsageError("The title is empty. Write at least one character.")
        with Session(self._engine) as session, session.begin():
            session.execute(update(ConversationRow).where(ConversationRow.id == conversation_id).values(title=_title(title)))

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its messages and feedback for good."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))

    def append(self, conversation_id: str, *, role: Role, kind: MessageKind, content: str, payload: object = None) -> int:
        """Keep a message and return its number.

        Args:
            conversation_id: Where it belongs.
            role: Who speaks.
            kind: What it is.
            content: What is read.
            payload: Anything that JSON can hold.

        Raises:
            UsageError: There is no such conversation (any more).
        """
        text = "" if payload is None else json.dumps(payload, ensure_ascii=False)
        with Session(self._engine) as session, session.begin():
            if session.get(ConversationRow, conversation_id) is None:
                raise UsageError("This conversation was deleted. Start a new one.")
            row = MessageRow(conversation_id=conversation_id, role=role, kind=kind, content=content, payload=text)
            session.add(row)
            session.execute(update(ConversationRow).where(ConversationRow.id == conversation_id).values(changed_at=now()))
            session.flush()
            return row.id

    def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        """All messages of a conversation, oldest first, with their feedback."""
        query = (
            select(MessageRow, FeedbackRow)
            .outerjoin(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(MessageRow.id)
        )
        with Session(self._engine) as session:
            rows: list[tuple[MessageRow, FeedbackRow | None]] = [(row, feedback) for row, feedback in session.execute(query)]
            return [
                StoredMessage(
                    id=row.id,
                    role="user" if row.role == "user" else "assistant",
                    kind=row.kind,  # type: ignore[arg-type]
                    content=row.content,
                    payload=row.payload,
                    thumbs=0 if feedback is None else feedback.thumbs,
                    note="" if feedback is None else feedback.note,
                )
                for row, feedback in rows
            ]

    def give_feedback(self, message_id: int, *, thumbs: int, note: str = "") -> None:
        """Keep the user's judgement of a message; a later one replaces it.

        Raises:
            UsageError: There is no such message (any more).
        """
        with Session(self._engine) as session, session.begin():
            if session.get(MessageRow, message_id) is None:
                raise UsageError("This message was deleted with its conversation.")
            session.merge(FeedbackRow(message_id=message_id, thumbs=max(-1, min(1, thumbs)), note=note, changed_at=now()))

    def export(self, conversation_id: str) -> str:
        """A conversation as Markdown."""
        title = next((one.title for one in self.list() if one.id == conversation_id), "Conversation")
        lines = [f"# {title}", ""]
        for message in self.messages(conversation_id):
            lines += [f"## {'You' if message.role == 'user' else 'Coach'}", "", message.content, ""]
            lines += _references(message)
        return "\n".join(lines).rstrip() + "\n"


def history(messages: Sequence[StoredMessage]) -> list[Message]:
    """What a follow-up may lean on: questions and answers, and what a critique put first; not the documents' texts."""
    leaned: list[Message] = []
    for one in messages:
        if one.kind in ("text", "answer"):
            leaned.append(Message(role=one.role, content=one.content))
        elif one.kind == "critique" and one.payload:
            leaned += _priorities(one.payload)
    return leaned


def _priorities(payload: str) -> list[Message]:
    """A critique as a question about its priorities, answered by their numbered list."""
    critique = json.loads(payload)
    names = {finding["mode"]: finding["name"] for finding in critique["findings"]}
    first = [names[mode] for mode in critique["priorities"]]
    if not first:
        return []
    listed = "\n".join(f"{number}. {name}" for number, name in enumerate(first, start=1))
    return [Message(role="user", content=", ".join(first)), Message(role="assistant", content=listed)]


def _references(message: StoredMessage) -> list[str]:
    if message.kind != "answer" or not message.payload:
        return []
    citations = json.loads(message.payload).get("citations", [])
    lines = [f"[{one['n']}] {one['title']}, {one['section']}: “{' '.join(one['quote'].split())}”" for one in citations]
    return [line for reference in lines for line in (reference, "")]


def _title(words: str) -> str:
    line = " ".join(words.split()) or "New conversation"
    return line if len(line) <= TITLE_CHARACTERS else f"{line[: TITLE_CHARACTERS - 1].rsplit(' ', 1)[0]}…"
