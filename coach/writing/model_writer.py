"""A chat model phrases what the engine chose; its text is cut to what the passages carry, or not used at all."""

import re
from collections.abc import Callable, Sequence

from langchain_core.language_models import BaseChatModel

from coach.detection.plan import split_sentences
from coach.errors import ModelError
from coach.grounding import split_claims, verify_grounding
from coach.models import complete
from coach.prompts import load_prompt
from coach.schema import Chunk, Hit
from coach.writing.citing import cite_passage
from coach.writing.claims import Block
from coach.writing.template_writer import Draft

CONTEXT_TOKENS = 3000
MOST_PASSAGES = 8
_MARK = re.compile(r"\[(\d+)\]")
_SMALLEST_SHARE = 0.5


def write_with_model(
    question: str,
    *,
    blocks: Sequence[Block],
    hits: Sequence[Hit],
    model: BaseChatModel,
    count_tokens: Callable[[str], int],
) -> tuple[Draft, tuple[str, ...]]:
    """Let a chat model answer from the passages that the engine chose, then hold it to them.

    Args:
        question: Standalone.
        blocks: What the engine chose to say; its passages come first in the context.
        hits: More passages, best first.
        model: Any LangChain chat model.
        count_tokens: Exact token counter; the worst passages are dropped until the context fits.

    Returns:
        The supported part of the model's text, and the sentences that were withheld.

    Raises:
        ModelError: The model failed, or too little of its text is supported.
    """
    passages = _pack(blocks, hits, count_tokens)
    listed = "\n\n".join(f"[{n}] ({chunk.headings})\n{chunk.text}" for n, chunk in enumerate(passages, start=1))
    text = complete(model, load_prompt("answer.v1").render(question=question, passages=listed))
    return _hold(text, passages, hits)


def _pack(blocks: Sequence[Block], hits: Sequence[Hit], count_tokens: Callable[[str], int]) -> list[Chunk]:
    """Passages in order of worth, as many as the budget allows."""
    wanted = [claim.chunk for block in blocks for claim in block.claims] + [hit.chunk for hit in hits]
    packed: list[Chunk] = []
    left = CONTEXT_TOKENS
    for chunk in dict.fromkeys(chunk for chunk in wanted if chunk.part != "Worksheet"):
        left -= count_tokens(chunk.text)
        if left < 0 or len(packed) == MOST_PASSAGES:
            break
        packed.append(chunk)
    return packed


def _hold(text: str, passages: Sequence[Chunk], hits: Sequence[Hit]) -> tuple[Draft, tuple[str, ...]]:
    """Keep the sentences that their own passages carry, number the citations anew, and quote the carrying words."""
    kept: list[str] = []
    withheld: list[str] = []
    numbers: dict[int, int] = {}
    quotes: dict[int, str] = {}
    sentences = split_claims(text)
    for position, sentence in enumerate(sentences):
        behind = sentences[position + 1].start if position + 1 < len(sentences) else len(text)
        cited = [int(n) for n in _MARK.findall(text[sentence.start : behind]) if 1 <= int(n) <= len(passages)]
        words = _MARK.sub("", sentence.text).strip()
        report = verify_grounding(words, [passages[n - 1].text for n in cited])
        carrier = next((one.source for one in report.sentences if one.supported and one.source is not None), None)
        if not words or carrier is None or not report.supported:
            withheld += [words] if words else []
            continue
        n = cited[carrier]
        numbers.setdefault(n, len(numbers) + 1)
        quotes.setdefault(n, _carrying_words(words, passages[n - 1].text))
        kept.append(f"{words} [{numbers[n]}]")
    if len(kept) < _SMALLEST_SHARE * (len(kept) + len(withheld)) or not kept:
        raise ModelError(f"only {len(kept)} of {len(kept) + len(withheld)} sentences are carried by the passages")
    scores = {hit.chunk.chunk_id: hit.score for hit in hits}
    passage = {n: passages[n - 1] for n in numbers}
    citations = tuple(
        cite_passage(number, passage[n], quote=quotes[n], score=scores.get(passage[n].chunk_id, 0.0))
        for n, number in numbers.items()
    )
    return Draft(text=" ".join(kept), citations=citations), tuple(withheld)


def _carrying_words(claim: str, passage: str) -> str:
    """The sentence of a passage that shares most words with a claim."""
    words = set(claim.lower().split())
    return max((one.text for one in split_sentences(passage)), key=lambda text: len(words & set(text.lower().split())))
