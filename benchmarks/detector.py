"""Coach's detector beside what an engineer would try first: linear models over frozen sentence vectors and over TF-IDF.

One run, the same labels, the same split: trained on the training part, a plan's verdict from its strongest sentence, one
threshold chosen on the development part, measured on the held-out part. Prints Markdown tables of macro-F1, medians
and ratios. Usage: python benchmarks/detector.py [--rounds 20]
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "training")]

from coach.settings import load_settings  # noqa: E402

SETTINGS = load_settings()

import numpy as np  # noqa: E402
from documents import HEADS, Document, load_development, load_held_out, load_training  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from verdicts import VERDICTS, macro_f1  # noqa: E402

from coach.models import BuiltinEmbeddings  # noqa: E402
from coach.schema import Document as DeckDocument  # noqa: E402
from coach.schema import Page  # noqa: E402
from coach.wiring import Coach  # noqa: E402

Scores = NDArray[np.float64]
DECK_SLIDES = 100


@dataclass(frozen=True)
class Baseline:
    """Linear heads over sentence features."""

    features: Callable[[Sequence[str]], Scores]
    heads: list[LogisticRegression]
    threshold: float

    def scores(self, plan: Document) -> Scores:
        """Probability of each head, of a plan's strongest sentence."""
        features = self.features([plan.text[start:end] for start, end in plan.spans])
        return np.stack([head.predict_proba(features)[:, 1].max() for head in self.heads])

    def verdicts(self, plan: Document) -> NDArray[np.int64]:
        """One verdict a mode."""
        return decide(self.scores(plan), self.threshold)


def decide(scores: Scores, threshold: float) -> NDArray[np.int64]:
    """The stronger of at_risk and covered above the threshold, else open."""
    sides = scores.reshape(2, -1)
    return np.where(sides.max(axis=0) >= threshold, sides.argmax(axis=0) + 1, 0)


def fit(features: Callable[[Sequence[str]], Scores], training: Sequence[Document], development: Sequence[Document]) -> Baseline:
    """Train the heads on sentences and choose the threshold on whole plans."""
    texts = [document.text[start:end] for document in training for start, end in document.spans]
    targets = np.concatenate([document.targets for document in training])
    weights = np.concatenate([document.weights for document in training])
    rows = features(texts)
    heads = [
        LogisticRegression(C=10, max_iter=300, class_weight="balanced").fit(rows, targets[:, head], weights[:, head])
        for head in range(HEADS)
    ]
    model = Baseline(features, heads, 0.5)
    scores = [model.scores(plan) for plan in development]

    def mean_f1(threshold: float) -> float:
        return sum(f1(development, [decide(one, threshold) for one in scores]).values())

    return Baseline(features, heads, max(np.arange(0.3, 0.99, 0.02), key=mean_f1))


def f1(plans: Sequence[Document], found: Sequence[NDArray[np.int64]]) -> dict[str, float]:
    """Macro-F1 of at_risk and covered."""
    return macro_f1(np.stack([plan.verdicts for plan in plans]), np.stack(found))


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median of some rounds after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def compare(rounds: int) -> None:
    """Accuracy on the held-out part, and time for a one-slide text of median length."""
    training, development, held_out = load_training(), load_development(), load_held_out()
    coach = Coach(SETTINGS)

    def ours(plan: Document) -> NDArray[np.int64]:
        findings = coach.critique_text(plan.text).findings
        return np.asarray([VERDICTS.index(one.verdict) for one in findings])

    tfidf = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    tfidf.fit([document.text for document in training])
    embeddings = BuiltinEmbeddings(threads=SETTINGS.threads)
    systems = {
        "Coach (whole critique)": ours,
        "frozen MiniLM + logistic regression": fit(embeddings.vectors, training, development).verdicts,
        "TF-IDF + logistic regression": fit(tfidf.transform, training, development).verdicts,
    }
    slides = sorted((plan for plan in held_out if plan.kind == "slide"), key=lambda plan: len(plan.text))
    slide = slides[len(slides) // 2]
    rows = []
    for name, judge in systems.items():
        scores = f1(held_out, [judge(plan) for plan in held_out])
        rows.append((name, scores["at_risk"], scores["covered"], milliseconds(lambda judge=judge: judge(slide), rounds)))
    words = len(slide.text.split())
    print(f"| {len(held_out)} held-out plans | at_risk macro-F1 | covered macro-F1 | ms a slide of {words} words |")
    print("| --- | --- | --- | --- |")
    for name, at_risk, covered, duration in rows:
        print(f"| {name} | {at_risk:.3f} | {covered:.3f} | {duration:.1f} |")
    ratios = [ours / theirs for ours, theirs in zip(rows[0][1:], rows[1][1:], strict=True)]
    print(f"| Coach / frozen MiniLM | {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.1f} |")


def time_sizes(rounds: int) -> None:
    """Decks of a hundred slides and a text of 100,000 characters, in this process; memory of a fresh one."""
    plans = [plan.text for plan in load_development()]
    others = [other.text for other in load_training() if other.writer == "background"]
    coach = Coach(SETTINGS)
    usual = [plans[n % len(plans)] if n % 10 == 0 else others[n] for n in range(DECK_SLIDES)]
    worst = [plans[n % len(plans)] for n in range(DECK_SLIDES)]
    works = {
        f"critique of a deck, {DECK_SLIDES} slides, one in ten about partners": lambda: coach.critique(deck(usual)),
        f"critique of a deck, {DECK_SLIDES} slides, all about partners": lambda: coach.critique(deck(worst)),
        "critique of a text of 100,000 characters": lambda: coach.critique_text("\n\n".join(plans * 8)[:100_000]),
    }
    print("\n| what | s (median) |\n| --- | --- |")
    for name, work in works.items():
        print(f"| {name} | {milliseconds(work, max(1, rounds // 10)) / 1000:.1f} |")
    script = (
        "import re, sys; sys.path.insert(0, sys.argv[1]); from coach import Coach; "
        "Coach().critique_text('Partners: we sign 500 by June.'); "
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(ROOT)], check=True, capture_output=True, text=True)
    print(f"\nMemory of a process that has judged one plan: {done.stdout.strip()} MiB at most")


def deck(slides: Sequence[str]) -> DeckDocument:
    """A document of one page a slide."""
    pages, text = [], ""
    for number, slide in enumerate(slides, start=1):
        start = len(text)
        text += f"{slide}\n\n"
        pages.append(Page(index=number, title=slide.split("\n", 1)[0], start=start, end=start + len(slide)))
    return DeckDocument(source_id="deck", title="Deck", text=text, pages=tuple(pages))


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    compare(rounds)
    time_sizes(rounds)


if __name__ == "__main__":
    main()
