"""Train the two linear models over the sentence encoder: which slides are about partners, which questions are in scope.

Usage: python training/train_linear.py   (a minute; writes coach/weights/linear/*.json and prints held-out figures)
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coach.detection.slides import slide_features  # noqa: E402
from coach.models import BuiltinEmbeddings, Vectors  # noqa: E402
from coach.retrieval.scope import scope_features  # noqa: E402
from coach.settings import load_settings, silence_dependencies  # noqa: E402
from coach.wiring import Coach  # noqa: E402

LABELS = ROOT / "knowledge" / "labels"
OUT = ROOT / "coach" / "weights" / "linear"
SEED = 20261121


def read_jsonl(name: str) -> list[dict[str, object]]:
    """Read a file of labels; an empty list where it does not exist."""
    path = LABELS / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def train_slides(embeddings: BuiltinEmbeddings) -> None:
    """Partner slide or not, from whole plans, oddly titled partner slides and background texts."""
    positive = [str(row["text"]) for row in (*read_jsonl("plans.jsonl"), *read_jsonl("partner_slides.jsonl"))]
    negative = [str(row["text"]) for row in read_jsonl("background.jsonl")]
    rows = slide_features([*positive, *negative], embeddings)
    labels = np.array([1] * len(positive) + [0] * len(negative))
    model = LogisticRegression(C=3, max_iter=3000, class_weight="balanced")
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    report("slides", labels, cross_val_predict(model, rows, labels, cv=folds, method="predict_proba")[:, 1])
    save("slides", model.fit(rows, labels))


def train_scope() -> None:
    """Question about partner programs or not, from written questions; figures on the test split, weights from all."""
    rows = read_jsonl("scope_questions.jsonl")
    labels = np.array([int(bool(row["in_scope"])) for row in rows])
    test = np.array([row["split"] == "test" for row in rows])
    with TemporaryDirectory() as home:
        coach = Coach(load_settings(home=home))
        coach.sources()
        features = scope_features([str(row["text"]) for row in rows], coach.retriever)
    model = LogisticRegression(C=1, max_iter=3000)
    report("scope", labels[test], model.fit(features[~test], labels[~test]).predict_proba(features[test])[:, 1])
    save("scope", model.fit(features, labels))


def report(name: str, labels: np.ndarray, probabilities: Vectors) -> None:
    """Print held-out figures."""
    chosen = probabilities >= 0.5
    print(
        f"{name}: {len(labels)} held-out texts, F1 {f1_score(labels, chosen):.3f}, "
        f"accuracy {np.mean(chosen == labels):.3f}, AUC {roc_auc_score(labels, probabilities):.3f}"
    )


def save(name: str, model: LogisticRegression) -> None:
    """Write a model as plain numbers."""
    OUT.mkdir(parents=True, exist_ok=True)
    data = {"weights": [round(float(w), 5) for w in model.coef_[0]], "bias": round(float(model.intercept_[0]), 5)}
    (OUT / f"{name}.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


if __name__ == "__main__":
    silence_dependencies()
    encoder = BuiltinEmbeddings()
    train_slides(encoder)
    train_scope()
