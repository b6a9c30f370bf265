import json

import pytest

from coach import render
from coach.schema import (
    Answer,
    Chunk,
    Citation,
    Critique,
    Evidence,
    Finding,
    GroundingReport,
    Hit,
    IngestReport,
    NextTask,
    Rejection,
    SentenceSupport,
    SlideInfo,
    Source,
    TokenCount,
)

CITATION = Citation(
    n=1,
    source_id="zasada-2002",
    title="The digest",
    section="Reason 9: layers (zasada-9) › In short",
    quote="Tiers and levels pile up\nuntil **nobody** can cope.",
    score=0.742,
    evidence="Marc Zasada [practitioner]",
    collection="builtin",
)
ANSWER = Answer(
    id="q-1",
    answer=f"Tiers pile up, {'and so on ' * 12}[1]\n\n**Bear in mind:** Some tiers pay. [1]\n\n1. One [1]\n2. Two [1]",
    declined=False,
    reason=None,
    standalone_question="What do tiers do?",
    citations=(CITATION,),
    modes=("excess-layers",),
    unsupported=(),
    model="builtin",
    tokens=TokenCount(context=100, answer=20),
    elapsed_ms=1.5,
)


def finding(mode, verdict, *, quote="500 partners by June"):
    spans = () if verdict == "open" else (Evidence(quote=quote, start=10, end=10 + len(quote), slide=2),)
    return Finding(
        mode=mode,
        name=f"Name of {mode}",
        verdict=verdict,
        confidence=0.87,
        evidence=spans,
        why=f"“{quote}” is a reason that is long enough to be broken over two lines of the terminal. [1]",
        question="Which number?",
        advice="Call one partner.",
        rewrite="" if verdict == "covered" else "[number] partners sell by [date].",
        citations=(CITATION,),
    )


CRITIQUE = Critique(
    id=None,
    slides=(
        SlideInfo(index=1, title="Cover", partner_relevance=0.1),
        SlideInfo(index=2, title="Partners", partner_relevance=0.9),
    ),
    judged_slides=(2,),
    text="Cover\n\n500 partners by June",
    findings=(
        finding("excess-layers", "open"),
        finding("vanity-metrics", "at_risk"),
        finding("untested-scale", "covered"),
    ),
    priorities=("vanity-metrics", "excess-layers"),
    score=0.5,
    next_tasks=(NextTask(task="Call one partner.", mode="vanity-metrics", playbook="partner-metrics", due_in_days=4),),
    notice="A word of caution.",
    model="builtin",
    elapsed_ms=2.0,
)
CHUNK = Chunk(
    chunk_id="a#1",
    source_id="a",
    collection="library",
    title="Title",
    section="Section",
    part="Why",
    text="Two lines\nof text.",
    start=0,
    end=18,
)
HIT = Hit(chunk=CHUNK, score=0.5, similarity=0.4)
EMPTY = Critique(
    id="c-1",
    slides=(SlideInfo(index=1, title="", partner_relevance=0.0),),
    judged_slides=(1,),
    text="x",
    findings=(),
    priorities=(),
    score=0.0,
    next_tasks=(),
    notice="",
    model="builtin",
    elapsed_ms=0.0,
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answer.txt", render.answer_text(ANSWER)),
        ("critique.txt", render.critique_text(CRITIQUE)),
        ("critique.md", render.critique_markdown(CRITIQUE, title="deck.pptx")),
        ("hits.txt", render.hits_text([HIT, HIT])),
        (
            "ingest.txt",
            render.ingest_text(
                IngestReport(
                    added=2,
                    updated=1,
                    unchanged=0,
                    removed=3,
                    rejected=(Rejection(path="a.xlsx", reason=".xlsx is not read. Use one of .md .txt."),),
                    chunks=12,
                    elapsed_ms=1500,
                )
            ),
        ),
        (
            "sources.txt",
            render.sources_text(
                [
                    Source(source_id=one, collection="library", title="T", provenance="P", chunks=3, ingested_at="2026-01-01")
                    for one in ("short", "a-longer-one")
                ]
            ),
        ),
        (
            "grounding.txt",
            render.grounding_text(
                GroundingReport(
                    supported=False,
                    score=0.6,
                    sentences=(
                        SentenceSupport(text="True.", start=0, end=5, supported=True, score=1.0, source=0),
                        SentenceSupport(text="False.", start=6, end=12, supported=False, score=0.2, source=None),
                    ),
                )
            ),
        ),
    ],
    ids=["answer", "critique", "critique-markdown", "hits", "ingest", "sources", "grounding"],
)
def test_what_users_read_is_as_it_was(snapshot, name, text):
    snapshot(name, text if text.endswith("\n") else f"{text}\n")


@pytest.mark.parametrize("text", [render.answer_text(ANSWER), render.critique_text(CRITIQUE), render.hits_text([HIT])])
def test_no_line_of_the_terminal_is_wider_than_the_page(text):
    assert max(len(line) for line in text.splitlines()) <= render.WIDTH


def test_nothing_found_is_said():
    assert render.hits_text([]) == "Nothing found."
    assert render.sources_text([]) == "The index is empty."


def test_a_critique_without_findings_is_a_text():
    assert "At risk 0 · open 0 · covered 0" in render.critique_text(EMPTY)
    assert render.critique_markdown(EMPTY).endswith("\n")


def test_json_is_one_line_with_every_field():
    line = render.to_json(ANSWER)
    assert "\n" not in line
    assert json.loads(line)["citations"][0] == {
        "n": 1,
        "source_id": "zasada-2002",
        "title": "The digest",
        "section": "Reason 9: layers (zasada-9) › In short",
        "quote": "Tiers and levels pile up\nuntil **nobody** can cope.",
        "score": 0.742,
        "evidence": "Marc Zasada [practitioner]",
        "collection": "builtin",
    }
    assert json.loads(line)["reason"] is None
    assert json.loads(line)["unsupported"] == []


@pytest.mark.parametrize("text", ["é🤝", "a\u2028b\u2029c\u0085d", 'quote " and \\', "\x00\x1b"])
def test_json_comes_back_as_it_was_and_stays_on_one_line(text):
    line = render.to_json({"text": text, "list": (text,)})
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": text, "list": [text]}


def test_json_shows_letters_as_they_are():
    assert render.to_json("é🤝") == '"é🤝"'


def test_hits_have_the_fields_of_the_contract():
    (hit,) = render.hits_json([HIT])
    assert {"source_id", "chunk_id", "title", "section", "text", "score"} <= set(hit)
    assert (hit["section"], hit["text"]) == ("Section › Why", "Two lines\nof text.")
