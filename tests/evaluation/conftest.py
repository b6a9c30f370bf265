import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from coach.detection.taxonomy import MODE_IDS
from coach.errors import LoadError
from coach.evaluation.suite import load_suite
from coach.schema import Answer, Citation, Critique, Document, Evidence, Finding, Page, SlideInfo, Source, TokenCount

WORDS = "Partners act for reasons of their own, so ask them first. " * 5
SOURCE = "A page of logos earns nothing. Partners have goals of their own."


def make_citation(**changes):
    fields = {"n": 1, "source_id": "zasada-2002", "title": "Digest", "section": "Reason 1", "quote": SOURCE[:30], "score": 0.9}
    return Citation(**{**fields, **changes})


def make_answer(**changes):
    answer = Answer(
        id=None,
        answer=f"{WORDS}[1]",
        declined=False,
        reason=None,
        standalone_question="q",
        citations=(make_citation(),),
        modes=(),
        unsupported=(),
        model="builtin",
        tokens=TokenCount(context=1, answer=1),
        elapsed_ms=1.0,
    )
    return replace(answer, **changes)


def make_critique(text, verdicts=None, evidence=None, *, judged=(1,), slides=1):
    """A critique of `text`; `verdicts` for the modes that are not open, `evidence` the words that carry them."""
    findings = []
    for mode in MODE_IDS:
        verdict = (verdicts or {}).get(mode, "open")
        quote = (evidence or {}).get(mode, text[:10]) if verdict != "open" else ""
        start = text.find(quote)
        found = (Evidence(quote=quote, start=start, end=start + len(quote), slide=1),) if quote else ()
        findings.append(
            Finding(
                mode=mode, name=mode, verdict=verdict, confidence=0.9, evidence=found, why="", question="", advice="",
                rewrite="", citations=(),
            )
        )  # fmt: skip
    return Critique(
        id=None,
        slides=tuple(SlideInfo(index=n, title=f"Slide {n}", partner_relevance=0.9) for n in range(1, slides + 1)),
        judged_slides=tuple(judged),
        text=text,
        findings=tuple(findings),
        priorities=(),
        score=0.5,
        next_tasks=(),
        notice="",
        model="builtin",
        elapsed_ms=1.0,
    )


class ScriptedSubject:
    """Answers from a script: question -> answer or exception; everything else as usual."""

    def __init__(self, script=None):
        self.script = script or {}
        self.asked = []

    def ask(self, question, *, history=(), **_):
        self.asked.append((question, list(history)))
        reply = self.script.get(question, make_answer())
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def critique_text(self, text, **_):
        return self.critique(Document(source_id="x", title="x", text=text, pages=()))

    def critique(self, document, **_):
        reply = self.script.get(document.text, make_critique(document.text))
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def load(self, path):
        if not path.stat().st_size:
            raise LoadError(path.name, "the file is empty", "Save it again.")
        text = path.read_text()
        return Document(source_id=path.name, title="x", text=text, pages=(Page(index=1, title="x", start=0, end=len(text)),))

    def source_text(self, source_id, **_):
        return Source(source_id=source_id, collection="builtin", title="", provenance="", chunks=1, ingested_at=""), SOURCE


@pytest.fixture
def build():
    """Makers of values, by name."""
    return SimpleNamespace(
        answer=make_answer, citation=make_citation, critique=make_critique, subject=ScriptedSubject, source=SOURCE
    )


def question_row(number, **changes):
    row = {
        "id": f"q-{number}",
        "question": f"Question {number}?",
        "kind": "what",
        "split": "dev",
        "expect": {"declined": False},
    }
    return {**row, **changes}


@pytest.fixture
def evals(tmp_path):
    """A small evals folder: a suite `small` of eight questions."""
    folder = tmp_path / "evals"
    (folder / "suites").mkdir(parents=True)
    (folder / "datasets").mkdir()
    rows = [question_row(number, split="held-out" if number > 6 else "dev") for number in range(1, 9)]
    (folder / "datasets" / "small.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "suites" / "small.yaml").write_text(
        "id: small\npurpose: To test with.\ndataset: datasets/small.jsonl\ntask: answer\n"
        "checks: [declined-as-expected, length]\n"
    )
    return folder


@pytest.fixture
def small(evals):
    return load_suite(evals / "suites" / "small.yaml")
