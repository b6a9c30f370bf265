"""Train the detector's reader, fit its combiner, measure both on writers that they never saw, and write package data.

Usage, from the repository root: `python training/train_detector.py --base FOLDER [--variant NAME]`.
FOLDER holds all-mpnet-base-v2 (`model.safetensors`, `config.json`, `tokenizer.json`). A trained reader is kept under
`--work`, so that a run which was cut off goes on with it. `--variant` trains one row of the ablation table instead,
and only records its figures.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from card import write_card  # noqa: E402
from documents import MODES, Document, data_hash, load_development, load_held_out, load_training  # noqa: E402
from fetch_weights import OFFICIAL  # noqa: E402
from network import export, train  # noqa: E402
from readers import VERDICTS, Floats, load_tokenizer, open_session, read  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from variants import FULL, VARIANTS, Variant  # noqa: E402
from verdicts import Combiner, Scored, apply, fit_combiner, report, scored  # noqa: E402

TARGET = ROOT / "coach" / "weights" / "detector"
RESULTS = ROOT / "training" / "results.json"
EVIDENCE = {"margin": 2.5, "most": 3}


def run(variant: Variant, *, base: Path, work: Path) -> tuple[Path, dict[str, Any], Combiner]:
    """Train a reader (or take the one that is there), fit the combiner on the development part, measure the held-out part.

    Returns:
        Folder with the exported reader, its figures (`unseen`: on training writers that this variant does not see), and
        the combiner.
    """
    key = json.dumps([asdict(variant.recipe), data_hash(), variant.writers], sort_keys=True)
    folder = work / f"{variant.name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    tokenizer = load_tokenizer(base / "tokenizer.json")
    if not (folder / "minutes.txt").exists():
        started = time.monotonic()
        documents = [one for one in load_training() if variant.sees(one.writer)]
        print(f"{variant.name}: {len(documents)} documents", flush=True)
        export(train(documents, variant.recipe, base=base, tokenizer=tokenizer), folder)
        (folder / "minutes.txt").write_text(f"{(time.monotonic() - started) / 60:.0f}\n", encoding="utf-8")
    parts = {"development": load_development(), "held_out": load_held_out()}
    unseen = [one for one in load_training() if one.verdicts is not None and not variant.sees(one.writer)]
    if unseen:
        parts["unseen"] = unseen
    combiner, figures = _measure(parts, folder / "reader.onnx", variant, tokenizer)
    figures["full_precision"] = _measure(parts, folder / "reader.fp32.onnx", variant, tokenizer)[1]["held_out"]["macro_f1"]
    figures["training_minutes"] = int((folder / "minutes.txt").read_text(encoding="utf-8"))
    return folder, figures, combiner


def _measure(
    parts: dict[str, list[Document]], model: Path, variant: Variant, tokenizer: Tokenizer
) -> tuple[Combiner, dict[str, Any]]:
    """Figures of every part; each writer of the held-out part also alone."""
    session = open_session(model)
    scores = {
        name: [read(plan.text, plan.spans, variant.recipe.reach, tokenizer=tokenizer, session=session) for plan in plans]
        for name, plans in parts.items()
    }
    combiner = fit_combiner(scored(parts["development"], scores["development"]))
    figures: dict[str, Any] = {name: _figures(plans, scores[name], combiner) for name, plans in parts.items()}
    for writer in sorted({plan.writer for plan in parts["held_out"]}):
        chosen = [number for number, plan in enumerate(parts["held_out"]) if plan.writer == writer]
        own = ([parts["held_out"][number] for number in chosen], [scores["held_out"][number] for number in chosen])
        figures[writer] = _figures(*own, combiner)
    return combiner, figures


def _figures(plans: Sequence[Document], scores: Sequence[Floats], combiner: Combiner) -> dict[str, Any]:
    some: Scored = scored(plans, scores)
    probabilities, found = apply(combiner, some)
    return report(some, scores, probabilities, found, **EVIDENCE)


def install(folder: Path, base: Path, combiner: Combiner) -> None:
    """Copy the reader into the package and write detector.json: everything that inference needs to know."""
    TARGET.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "reader.onnx", TARGET / "reader.onnx")
    shutil.copyfile(base / "tokenizer.json", TARGET / "tokenizer.json")
    thresholds = {
        mode: {verdict: round(float(combiner.thresholds[number, side]), 3) for side, verdict in enumerate(VERDICTS[1:])}
        for number, mode in enumerate(MODES)
    }
    settings = {
        "modes": list(MODES),
        "heads": [f"{verdict}:{mode}" for verdict in VERDICTS[1:] for mode in MODES],
        "reach": asdict(FULL.recipe.reach),
        "features": ["strongest at_risk", "strongest covered", "second at_risk", "second covered"],
        "combiner": {
            "classes": list(VERDICTS),
            "weights": np.round(combiner.weights, 5).astype(float).tolist(),
            "biases": np.round(combiner.biases, 5).astype(float).tolist(),
        },
        "thresholds": thresholds,
        "evidence": EVIDENCE,
        "recipe": asdict(FULL.recipe),
        "base_sha256": OFFICIAL,
        "labels_sha256": data_hash(),
        "model_sha256": hashlib.sha256((TARGET / "reader.onnx").read_bytes()).hexdigest(),
    }
    (TARGET / "detector.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Read the options; train, measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="folder with all-mpnet-base-v2")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "detector", help="where trained readers are kept")
    parser.add_argument("--variant", choices=[one.name for one in VARIANTS], default=FULL.name)
    options = parser.parse_args()
    weights = options.base / "model.safetensors"
    if not weights.exists() or hashlib.sha256(weights.read_bytes()).hexdigest() != OFFICIAL:
        sys.exit(f"{weights}: not the official all-mpnet-base-v2. Get it with: python training/fetch_weights.py {options.base}")
    variant = next(one for one in VARIANTS if one.name == options.variant)
    folder, figures, combiner = run(variant, base=options.base, work=options.work)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[variant.name] = figures
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if variant is FULL:
        install(folder, options.base, combiner)
    if FULL.name in results:
        write_card(TARGET, results, base=OFFICIAL, labels=data_hash())


if __name__ == "__main__":
    main()
