"""Ask: question and history in, an answer whose every sentence is carried by what it cites out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.detection.taxonomy import load_taxonomy
from coach.errors import ModelError
from coach.grounding import withhold_unsupported
from coach.index.store import BUILTIN_COLLECTION
from coach.models import NamedModel
from coach.retrieval.hybrid import HybridRetriever
from coach.retrieval.query import question_kind, search_words, standalone_question
from coach.retrieval.scope import Scope, unknown_abbreviations
from coach.schema import Answer, Hit, Message, TokenCount
from coach.settings import BUILTIN_MODEL
from coach.writing.composer import compose_answer
from coach.writing.declining import decline
from coach.writing.model_writer import write_with_model
from coach.writing.premises import correct_premise
from coach.writing.template_writer import Draft, write_answer

PASSAGES = 30
NOT_COVERED = "not covered by the sources"


def answer_question(
    question: str,
    *,
    history: Sequence[Message] = (),
    retriever: HybridRetriever,
    scope: Scope,
    count_tokens: Callable[[str], int],
    model: NamedModel | None = None,
    question_id: str | None = None,
) -> Answer:
    """Answer a question from the indexed sources, or say plainly that they do not cover it.

    Args:
        question: What the user wrote.
        history: Earlier messages, oldest first.
        retriever: Searches the index.
        scope: Decides whether the sources cover a question.
        count_tokens: Exact token counter.
        model: Chat model that phrases the answer; None for the built-in writer.
        question_id: Carried over into the answer.
    """
    started = time.perf_counter()
    standalone = standalone_question(question, history)
    hits = retriever.search(search_words(standalone), k=PASSAGES)
    covered = scope.covers(standalone, asked=question)
    notice = ""
    if covered:
        strange = unknown_abbreviations(question, retriever.corpora.read())
        notice = f"My sources do not mention {', '.join(strange)}; this is the nearest they have." if strange else ""
        written = _write(standalone, hits=hits, retriever=retriever, model=model, count_tokens=count_tokens)
    else:
        written = _Written(draft=decline(hits, own_titles=_own_titles(hits)))
    return Answer(
        id=question_id,
        answer=written.draft.text,
        declined=not covered,
        reason=None if covered else NOT_COVERED,
        standalone_question=standalone,
        citations=written.draft.citations,
        modes=load_taxonomy().behind(written.draft.citations),
        unsupported=written.unsupported,
        model=written.model,
        tokens=TokenCount(context=sum(count_tokens(hit.chunk.text) for hit in hits), answer=count_tokens(written.draft.text)),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
        notice=written.notice or notice,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    draft: Draft
    unsupported: tuple[str, ...] = ()
    model: str = BUILTIN_MODEL
    notice: str = ""


def _write(
    question: str,
    *,
    hits: Sequence[Hit],
    retriever: HybridRetriever,
    model: NamedModel | None,
    count_tokens: Callable[[str], int],
) -> _Written:
    """Correct a false premise, compose, phrase, and withhold what its passages do not carry."""
    correction = correct_premise(question)
    composed = compose_answer(
        question,
        kind=question_kind(question),
        hits=hits,
        corpus=retriever.corpora.read(),
        embeddings=retriever.embeddings,
    )
    blocks = [*([correction] if correction else []), *composed]
    notice = ""
    if model is not None:
        try:
            draft, unsupported = write_with_model(
                question, blocks=blocks, hits=hits, model=model.chat, count_tokens=count_tokens
            )
            return _Written(draft=draft, unsupported=unsupported, model=model.name)
        except ModelError as error:
            notice = f"{model.name} did not answer usably ({error}); the built-in writer answered."
    draft = write_answer(blocks, hits)
    text, unsupported = withhold_unsupported(draft.text, draft.citations)
    return _Written(draft=Draft(text=text, citations=draft.citations), unsupported=unsupported, notice=notice)


def _own_titles(hits: Sequence[Hit]) -> list[str]:
    """Titles of the user's own documents among the hits, without repeats."""
    return list(dict.fromkeys(hit.chunk.title for hit in hits if hit.chunk.collection != BUILTIN_COLLECTION))[:3]
