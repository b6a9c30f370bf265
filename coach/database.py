"""The relational store: tables and the engine. SQLite by default, PostgreSQL by URL."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, ForeignKey, Text, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from coach.errors import StoreError
from coach.settings import Settings


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Declarative base: rows are dataclasses."""


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(tz=UTC)


class SourceRow(Base):
    """One document of a collection; the row decides which version of its chunks is live."""

    __tablename__ = "sources"

    collection: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    title: Mapped[str]
    provenance: Mapped[str]
    origin: Mapped[str] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    chunks: Mapped[int]
    ingested_at: Mapped[datetime] = mapped_column(default_factory=now)


class ConversationRow(Base):
    """A conversation, newest change first in lists."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default_factory=now)
    changed_at: Mapped[datetime] = mapped_column(default_factory=now, index=True)


class MessageRow(Base):
    """One message; `payload` is the JSON of the answer or critique behind an assistant's message."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    kind: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default_factory=now)


class FeedbackRow(Base):
    """Thumbs (-1, 0 or 1) and a note on one message."""

    __tablename__ = "feedback"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    thumbs: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(default_factory=now)


def open_database(settings: Settings) -> Engine:
    """Open the database, making its file and tables where they are missing.

    Raises:
        StoreError: It cannot be opened.
    """
    return _engine(settings.resolved_database_url)


@lru_cache(maxsize=16)
def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError("COACH_DATABASE_URL: cannot open the database (not an address). Write driver://host/name.") from error
    shown = url.render_as_string(hide_password=True)
    try:
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        Base.metadata.create_all(engine)
    except ImportError as error:
        raise StoreError(
            f"{shown}: cannot open the database ({error}). Install the driver, or name another one in COACH_DATABASE_URL."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise StoreError(f"{shown}: cannot open the database ({reason}). Check the folder's rights or COACH_HOME.") from error
    return engine


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Write-ahead log, so that readers and a writer do not block each other; cascades on; wait for a busy writer."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
