"""Train the detector's two readers, measure them on plans that they never saw, and write them as package data.

Usage, from the repository root: `python training/train_detector.py --base FOLDER [--stage writers|final|all] [--folds N]`.
FOLDER holds all-MiniLM-L6-v2 (`model.safetensors`, `config.json`, `tokenizer.json`). Every training is kept under
`--work`, so that a run which was cut off goes on where it stopped. Both readers train side by side, one core each.
"""

import argparse
import hashlib
import json
import os
import pickle
import random
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from card import write_card  # noqa: E402
from documents import MODES, Document, data_hash, load_documents  # noqa: E402
from measure import HeldOut, compare_precision, measure_folds, measure_writers  # noqa: E402
from network import Recipe, export, train  # noqa: E402
from readers import FAR, NEAR, VERDICTS, Floats, load_session, load_tokenizer, read  # noqa: E402
from verdicts import Combiner, fit_combiner, joined, scored  # noqa: E402

TARGET = ROOT / "coach" / "weights" / "detector"
TOKENIZER = ROOT / "coach" / "weights" / "encoder" / "tokenizer.json"
RESULTS = ROOT / "training" / "results.json"
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
RECIPES = {
    "near": Recipe(NEAR, epochs=6, rate=1.5e-4, batch_tokens=400),
    "far": Recipe(FAR, epochs=8, rate=2e-4, batch_tokens=320),
}
WRITERS = ("writer-1", "writer-2", "writer-3", "writer-4")


@dataclass(frozen=True, slots=True)
class Job:
    """One training of one reader.

    Attributes:
        reader: `near` or `far`.
        left_out: ids of the documents that it does not see.
        base: folder of the pretrained encoder.
        work: folder for what the job gives.
    """

    reader: str
    left_out: frozenset[str]
    base: Path
    work: Path

    @property
    def folder(self) -> str:
        """Where the exported reader goes, below `work`."""
        return hashlib.sha256(" ".join(sorted(self.left_out)).encode()).hexdigest()[:12] if self.left_out else "final"

    @property
    def key(self) -> str:
        """Changes with anything that changes the result."""
        parts = [self.reader, asdict(RECIPES[self.reader]), data_hash(), sorted(self.left_out)]
        return f"{self.reader}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


def run_job(job: Job) -> dict[str, list[Floats]]:
    """Train and export a reader, and score the plans left out.

    Returns:
        For fp32 and int8 the sentence logits of each plan left out. A job that was done before is read back.
    """
    store = job.work / f"{job.key}.pickle"
    if store.exists():
        done: dict[str, list[Floats]] = pickle.loads(store.read_bytes())  # noqa: S301 - written below
        return done
    torch.set_num_threads(1)
    tokenizer = load_tokenizer(TOKENIZER)
    documents = load_documents()
    recipe = RECIPES[job.reader]
    kept = [document for document in documents if document.id not in job.left_out]
    full, small = export(train(kept, recipe, base=job.base, tokenizer=tokenizer), job.work / job.folder, job.reader)
    plans = [document for document in documents if document.id in job.left_out and document.verdicts is not None]
    scores = {
        kind: [read(plan.text, plan.spans, recipe.reach, tokenizer=tokenizer, session=session) for plan in plans]
        for kind, session in (("fp32", load_session(full)), ("int8", load_session(small)))
    }
    if job.left_out:
        full.unlink()
    store.write_bytes(pickle.dumps(scores))
    return scores


@dataclass(frozen=True, slots=True)
class Trainer:
    """Runs jobs for both readers at once."""

    base: Path
    work: Path
    documents: list[Document]

    def held_out(self, name: str, left_out: Sequence[Document]) -> HeldOut:
        """Train without some documents and score the plans among them."""
        near, far = self._run(frozenset(document.id for document in left_out))
        plans = [document for document in left_out if document.verdicts is not None]
        both = {
            kind: [np.asarray((one + other) / 2, dtype=np.float32) for one, other in zip(near[kind], far[kind], strict=True)]
            for kind in ("fp32", "int8")
        }
        print(f"{name}: {len(plans)} plans scored", flush=True)
        return HeldOut(scored(plans, both["int8"]), scored(plans, both["fp32"]), both["int8"])

    def writers(self) -> list[HeldOut]:
        """Each writer held out in turn, with all statements and plans."""
        return [
            self.held_out(f"without {name}", [document for document in self.documents if document.writer == name])
            for name in WRITERS
        ]

    def folds(self, count: int) -> list[HeldOut]:
        """Folds over the first writer's plans: the readers are trained on everything else."""
        plans = [one for one in self.documents if one.writer == WRITERS[0] and one.verdicts is not None]
        order = list(range(len(plans)))
        random.Random(0).shuffle(order)  # noqa: S311 - reproducible on purpose
        parts = [sorted(order[number::count]) for number in range(count)]
        return [self.held_out(f"fold {number}", [plans[index] for index in part]) for number, part in enumerate(parts, 1)]

    def final(self) -> None:
        """Train on everything; the exported files lie under `work`."""
        self._run(frozenset())

    def _run(self, left_out: frozenset[str]) -> list[dict[str, list[Floats]]]:
        jobs = [Job(reader, left_out, self.base, self.work) for reader in RECIPES]
        with ProcessPoolExecutor(len(jobs), mp_context=get_context("spawn")) as pool:
            return list(pool.map(run_job, jobs))


def install(work: Path, combiner: Combiner, *, combiner_source: str) -> None:
    """Copy the int8 readers into the package and write detector.json: everything that inference needs to know."""
    TARGET.mkdir(parents=True, exist_ok=True)
    digests = {}
    for reader in RECIPES:
        shutil.copyfile(work / "final" / f"{reader}.int8.onnx", TARGET / f"{reader}.onnx")
        digests[reader] = hashlib.sha256((TARGET / f"{reader}.onnx").read_bytes()).hexdigest()
    thresholds = {
        mode: {verdict: round(float(combiner.thresholds[number, side]), 3) for side, verdict in enumerate(VERDICTS[1:])}
        for number, mode in enumerate(MODES)
    }
    settings = {
        "modes": list(MODES),
        "heads": [f"{verdict}:{mode}" for verdict in VERDICTS[1:] for mode in MODES],
        "readers": {reader: asdict(recipe.reach) for reader, recipe in RECIPES.items()},
        "features": ["strongest at_risk", "strongest covered", "second at_risk", "second covered"],
        "combiner": {
            "classes": list(VERDICTS),
            "fitted_on": combiner_source,
            "weights": np.round(combiner.weights, 5).astype(float).tolist(),
            "biases": np.round(combiner.biases, 5).astype(float).tolist(),
        },
        "thresholds": thresholds,
        "evidence": {"margin": 2.5, "most": 3},
        "recipes": {reader: asdict(recipe) for reader, recipe in RECIPES.items()},
        "base_sha256": OFFICIAL,
        "labels_sha256": data_hash(),
        "model_sha256": digests,
    }
    (TARGET / "detector.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Read the options and run the stages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="folder with all-MiniLM-L6-v2")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "detector", help="where trainings are kept")
    parser.add_argument("--stage", choices=["writers", "final", "all"], default="all")
    parser.add_argument("--folds", type=int, default=5, help="folds over the first writer's plans; 0 leaves them out")
    options = parser.parse_args()
    if hashlib.sha256((options.base / "model.safetensors").read_bytes()).hexdigest() != OFFICIAL:
        sys.exit(f"{options.base}: model.safetensors is not the official all-MiniLM-L6-v2")
    options.work.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.base, options.work, load_documents())
    if options.stage != "all":
        getattr(trainer, options.stage)()
        return
    writers = trainer.writers()
    trainer.final()
    combiner = fit_combiner(joined([part.plans for part in writers]))
    install(options.work, combiner, combiner_source="each writer's plans, scored by readers that never saw that writer")
    by_writer = dict(zip(WRITERS, writers, strict=True))
    results = {
        "leave_one_writer_out": measure_writers(by_writer),
        "int8_against_fp32": compare_precision(by_writer),
    }
    if options.folds:
        rest = [part.plans for part in writers[1:]]
        results["folds_over_writer_1"] = measure_folds(trainer.folds(options.folds), rest)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_card(TARGET, results, trainer.documents, base=OFFICIAL, labels=data_hash())


if __name__ == "__main__":
    main()
