"""The only place where concrete parts meet: `Coach` holds them, each imported and made at its first use."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import UsageError
from coach.flows.critique import MAX_PLAN_CHARACTERS, critique_document
from coach.index.loaders import load_bytes, load_document
from coach.index.store import BUILTIN_COLLECTION, DEFAULT_COLLECTION
from coach.models import BuiltinEmbeddings, NamedModel, TokenCounter, chat_model, token_counter
from coach.resources import weights
from coach.retrieval.query import search_words, standalone_question
from coach.schema import Answer, Critique, Document, GroundingReport, Hit, IngestReport, Message, Page, Source
from coach.settings import Settings, load_settings

if TYPE_CHECKING:
    from coach.detection.detector import Detector
    from coach.detection.slides import SlideRanker
    from coach.index.build import Indexer
    from coach.index.catalogue import Catalogue
    from coach.index.store import PassageStore
    from coach.retrieval.hybrid import HybridRetriever
    from coach.retrieval.scope import Scope
    from coach.sessions import Sessions

__all__ = ["MAX_PLAN_CHARACTERS", "Coach"]

MAX_DOCUMENT_CHARACTERS = 10_000_000
MAX_QUESTION_CHARACTERS = 20_000


class Coach:
    """Everything that Coach does, for Python, the command line and the page alike.

    Args:
        settings: Where things lie; read from the environment when left out.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self._knowledge_is_there = False

    def ask(self, question: str, *, history: Sequence[Message] = (), question_id: str | None = None) -> Answer:
        """Answer a question from the sources with citations, or decline.

        Raises:
            UsageError: The question is empty or too long.
        """
        from coach.flows.ask import answer_question

        _check_text(question, "question", MAX_QUESTION_CHARACTERS)
        _check_history(history)
        self._ensure_knowledge()
        return answer_question(
            question,
            history=history,
            retriever=self.retriever,
            scope=self._scope,
            count_tokens=self._count.count,
            model=self._model,
            question_id=question_id,
        )

    def critique(self, document: Document, *, slide: int | None = None, critique_id: str | None = None) -> Critique:
        """Take a document apart against the fourteen failure modes.

        Raises:
            UsageError: The text is empty or too long, or there is no such slide.
            ModelError: The chat model's package or key is missing.
        """
        _check_text(document.text, "document", MAX_DOCUMENT_CHARACTERS)
        return critique_document(
            document,
            detector=self._detector,
            ranker=self._ranker,
            model=self._model,
            slide=slide,
            critique_id=critique_id,
        )

    def critique_text(self, text: str, *, slide: int | None = None, critique_id: str | None = None) -> Critique:
        """Take pasted text apart; it counts as one slide."""
        page = Page(index=1, title=text.strip().split("\n", 1)[0][:80], start=0, end=len(text))
        document = Document(source_id="pasted", title=page.title, text=text, pages=(page,))
        return self.critique(document, slide=slide, critique_id=critique_id)

    def load(self, path: Path) -> Document:
        """Read a file to critique."""
        return load_document(path)

    def load_upload(self, data: bytes, *, name: str) -> Document:
        """Read an uploaded file to critique."""
        return load_bytes(data, name=name)

    def search(self, query: str, *, history: Sequence[Message] = (), k: int = 10, collection: str | None = None) -> list[Hit]:
        """Find the best passages, best first.

        Raises:
            UsageError: The query is empty or too long, or there is no such collection.
        """
        _check_text(query, "query", MAX_QUESTION_CHARACTERS)
        _check_history(history)
        self._ensure_knowledge()
        collections = None if collection is None else (self._known(collection),)
        return self.retriever.search(search_words(standalone_question(query, history)), k=k, collections=collections)

    def verify(self, answer: str, sources: Sequence[str]) -> GroundingReport:
        """Check every sentence of a text against sources."""
        from coach.grounding import verify_grounding

        return verify_grounding(answer, sources)

    def ingest(self, paths: Sequence[Path], *, collection: str = DEFAULT_COLLECTION) -> IngestReport:
        """Bring files, folders and JSONL records into a collection."""
        return self._indexer.ingest(paths, collection=collection)

    def sources(self, *, collection: str | None = None) -> list[Source]:
        """List what is in the index."""
        self._ensure_knowledge()
        return self._catalogue.sources(None if collection is None else self._known(collection))

    def source_text(self, source_id: str, *, collection: str | None = None) -> tuple[Source, str]:
        """Return a source and its whole extracted text.

        Raises:
            UsageError: There is no such source.
        """
        for source in self.sources(collection=collection):
            if source.source_id == source_id:
                return source, self._catalogue.text(source.collection, source_id) or ""
        raise UsageError(f"{source_id}: no such source. List them with: coach sources list")

    def remove_source(self, source_id: str, *, collection: str | None = None) -> Source:
        """Take a source out of its collection.

        Raises:
            UsageError: There is no such source, or it belongs to the shipped knowledge.
        """
        source, _ = self.source_text(source_id, collection=collection)
        if source.collection == BUILTIN_COLLECTION:
            raise UsageError(f"{source_id}: part of the shipped knowledge, which stays whole. Remove sources of your own.")
        self._indexer.remove(source.collection, source_id)
        return source

    def prepare(self) -> None:
        """Do the slow first steps ahead of time: index, encoders, tokens."""
        self._ensure_knowledge()
        self.retriever.search("partner", k=1)
        self._count.count("partner")
        self._detector.warm_up()

    def _ensure_knowledge(self) -> None:
        """Bring the shipped knowledge into the index, once in a process."""
        if not self._knowledge_is_there:
            self._indexer.ensure_builtin()
            self._knowledge_is_there = True

    @cached_property
    def sessions(self) -> "Sessions":
        """Conversations."""
        from coach.database import open_database
        from coach.sessions import Sessions

        return Sessions(open_database(self.settings))

    @cached_property
    def _model(self) -> NamedModel | None:
        return chat_model(self.settings)

    @cached_property
    def _embeddings(self) -> BuiltinEmbeddings:
        return BuiltinEmbeddings(threads=self.settings.threads)

    @cached_property
    def _count(self) -> TokenCounter:
        return token_counter(self.settings.cache_dir)

    @cached_property
    def _catalogue(self) -> "Catalogue":
        from coach.database import open_database
        from coach.index.catalogue import Catalogue

        return Catalogue(open_database(self.settings))

    @cached_property
    def _store(self) -> "PassageStore":
        from coach.index.store import PassageStore

        return PassageStore(self.settings, self._embeddings)

    @cached_property
    def _indexer(self) -> "Indexer":
        from coach.index.build import Indexer

        return Indexer(self._store, self._catalogue, self._count.count)

    @cached_property
    def retriever(self) -> "HybridRetriever":
        """LangChain retriever over the live index."""
        from coach.retrieval.corpus import CorpusReader
        from coach.retrieval.hybrid import HybridRetriever

        return HybridRetriever(corpora=CorpusReader(self._store, self._catalogue), embeddings=self._embeddings)

    @cached_property
    def _scope(self) -> "Scope":
        from coach.retrieval.linear import LinearModel
        from coach.retrieval.scope import Scope

        return Scope(LinearModel.load(weights("linear") / "scope.json"), self.retriever)

    @cached_property
    def _ranker(self) -> "SlideRanker":
        from coach.detection.slides import SlideRanker
        from coach.retrieval.linear import LinearModel

        return SlideRanker(self._embeddings, LinearModel.load(weights("linear") / "slides.json"))

    @cached_property
    def _detector(self) -> "Detector":
        from coach.detection.detector import Detector

        return Detector.load(weights("detector"), threads=self.settings.threads)

    def _known(self, collection: str) -> str:
        """Return a collection's name if it holds something."""
        names = self._catalogue.collections()
        if collection not in names:
            raise UsageError(f"--collection {collection}: there is none. Those that hold something: {', '.join(names)}.")
        return collection


def _check_history(history: Sequence[Message]) -> None:
    for message in history:
        _check_whole(message.content, "history")


def _check_text(text: str, what: str, limit: int) -> None:
    if not text.strip():
        raise UsageError(f"The {what} is empty. Write a few words.")
    if len(text) > limit:
        raise UsageError(f"The {what} has {len(text):,} characters; the limit is {limit:,}. Send the part that matters.")
    _check_whole(text, what)


def _check_whole(text: str, what: str) -> None:
    """Refuse half of a surrogate pair, which no encoder, database or terminal takes."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"The {what} has half a character at position {error.start + 1}. Send it as UTF-8.") from error
