"""Say plainly that the sources do not cover a question, and what they do cover."""

from collections.abc import Sequence

from coach.schema import Hit
from coach.writing.template_writer import Draft

_COVERED = (
    "why partner programs fail (Zasada's ten reasons), what the partner's win is (the analysis of Bergen's remarks), and how "
    "to do it better: discovery, value mapping, pilots, partner profiles, segmentation, going to market together, joint "
    "support, metrics, sales pay and other matters inside your company, program design, cadence, and the partner slide"
)


def decline(hits: Sequence[Hit], *, own_titles: Sequence[str] = ()) -> Draft:
    """Write the refusal; it makes no claim about the question's subject.

    Args:
        hits: What the search found although it does not answer.
        own_titles: Titles of the user's own documents, named so that the user sees what was searched.
    """
    text = f"My sources do not cover this. They cover {_COVERED}."
    if own_titles:
        text += f" Your own documents searched: {', '.join(own_titles)}."
    nearest = next((hit.chunk for hit in hits if hit.similarity >= 0.45), None)
    if nearest is not None:
        text += f" Closest to your words: “{nearest.section or nearest.title}”."
    return Draft(text=text, citations=())
