"""Typed results back from the JSON that a conversation keeps."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from coach.errors import StoreError
from coach.schema import Answer, Critique, Document, Page

PASTED = "Pasted plan"
Result = TypeVar("Result")

_ANSWERS = TypeAdapter(Answer)
_CRITIQUES = TypeAdapter(Critique)


@dataclass(frozen=True, kw_only=True)
class StoredDocument:
    """A document that a user sent.

    Attributes:
        name: The file's name, or `PASTED`.
        text: Its whole text.
        pages: Its slides or sections.
        remark: What the user wrote beside it.
    """

    name: str
    text: str
    pages: tuple[Page, ...] = ()
    remark: str = ""

    @property
    def pasted(self) -> bool:
        """Whether it came as text in the message itself."""
        return self.name == PASTED

    @property
    def document(self) -> Document:
        """The document to take apart."""
        title = self.text.strip().split("\n", 1)[0][:80] if self.pasted else self.name
        pages = self.pages or (Page(index=1, title=title, start=0, end=len(self.text)),)
        return Document(source_id=self.name, title=title, text=self.text, pages=pages)


_DOCUMENTS = TypeAdapter(StoredDocument)


def answer_from(payload: str) -> Answer:
    """Read an answer.

    Raises:
        StoreError: The payload is none.
    """
    return _read(_ANSWERS, payload, "answer")


def critique_from(payload: str) -> Critique:
    """Read a critique.

    Raises:
        StoreError: The payload is none.
    """
    return _read(_CRITIQUES, payload, "critique")


def document_from(payload: str) -> StoredDocument:
    """Read a document.

    Raises:
        StoreError: The payload is none.
    """
    return _read(_DOCUMENTS, payload, "document")


def _read(adapter: TypeAdapter[Result], payload: str, what: str) -> Result:
    try:
        return adapter.validate_json(payload)
    except ValidationError as error:
        raise StoreError(f"A stored {what} cannot be read ({error.error_count()} fields differ). Ask again.") from error
