"""Which documents are in which collection. A document's row is written after its chunks: it is the switch between versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from coach.database import SourceRow, now
from coach.schema import Document, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document that is about to go live, with the version that its chunks carry."""

    document: Document
    version: str
    origin: str
    chunks: int


class Catalogue:
    """The list of sources, one row a document.

    Args:
        engine: The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def versions(self, collection: str) -> dict[str, str]:
        """Live version by source id."""
        with Session(self._engine) as session:
            rows = session.execute(select(SourceRow.source_id, SourceRow.version).where(SourceRow.collection == collection))
            return {row.source_id: row.version for row in rows}

    def ids_from(self, collection: str, origin: str) -> set[str]:
        """Source ids that were ingested from one folder or file."""
        with Session(self._engine) as session:
            query = select(SourceRow.source_id).where(SourceRow.collection == collection, SourceRow.origin == origin)
            return set(session.scalars(query))

    def publish(self, collection: str, entries: Sequence[Entry]) -> None:
        """Make the versions of these documents the live ones, in one transaction."""
        with Session(self._engine) as session, session.begin():
            for entry in entries:
                session.merge(
                    SourceRow(
                        collection=collection,
                        source_id=entry.document.source_id,
                        version=entry.version,
                        title=entry.document.title,
                        provenance=entry.document.provenance,
                        origin=entry.origin,
                        text=entry.document.text,
                        chunks=entry.chunks,
                        ingested_at=now(),
                    )
                )

    def withdraw(self, collection: str, source_ids: Sequence[str]) -> None:
        """Take documents out of a collection."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SourceRow).where(SourceRow.collection == collection, SourceRow.source_id.in_(source_ids)))

    def collections(self) -> list[str]:
        """Names of all collections that hold something, sorted."""
        with Session(self._engine) as session:
            return sorted(session.scalars(select(SourceRow.collection).distinct()))

    def sources(self, collection: str | None = None) -> list[Source]:
        """Sources by collection and id."""
        columns = (
            SourceRow.source_id, SourceRow.collection, SourceRow.title,
            SourceRow.provenance, SourceRow.chunks, SourceRow.ingested_at,
        )  # fmt: skip
        query = select(*columns).order_by(SourceRow.collection, SourceRow.source_id)
        if collection is not None:
            query = query.where(SourceRow.collection == collection)
        with Session(self._engine) as session:
            return [
                Source(
                    source_id=row.source_id,
                    collection=row.collection,
                    title=row.title,
                    provenance=row.provenance,
                    chunks=row.chunks,
                    ingested_at=row.ingested_at.isoformat(timespec="seconds"),
                )
                for row in session.execute(query)
            ]

    def text(self, collection: str, source_id: str) -> str | None:
        """Whole extracted text of a source; None where there is no such source."""
        with Session(self._engine) as session:
            row = session.get(SourceRow, (collection, source_id))
            return row.text if row else None

    def chunk_count(self, collection: str) -> int:
        """Number of live chunks."""
        with Session(self._engine) as session:
            query = select(func.coalesce(func.sum(SourceRow.chunks), 0)).where(SourceRow.collection == collection)
            return int(session.scalar(query) or 0)
