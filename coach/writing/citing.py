"""A passage as a numbered citation: the one place where chunks become citations."""

from coach.schema import Chunk, Citation


def cite_passage(number: int, chunk: Chunk, *, quote: str, score: float) -> Citation:
    """Cite a passage by some of its exact words.

    Args:
        number: The number in brackets.
        chunk: The passage.
        quote: Exact words of it.
        score: How well it matched the question, 0 to 1.
    """
    return Citation(
        n=number,
        source_id=chunk.source_id,
        title=chunk.title,
        section=chunk.place,
        quote=quote,
        score=score,
        evidence=chunk.evidence,
        collection=chunk.collection,
    )
