"""What training shares with the product: featurisation, pooling and the combiner come from coach.detection itself."""

from pathlib import Path

import onnxruntime

from coach.detection.detector import VERDICTS, combine, decide, pick_evidence, plan_features
from coach.detection.encoder import Floats, Reach, Window, batched, load_tokenizer, make_windows, pad, pool, read

__all__ = [
    "FAR",
    "NEAR",
    "READERS",
    "VERDICTS",
    "Floats",
    "Reach",
    "Window",
    "batched",
    "combine",
    "decide",
    "load_session",
    "load_tokenizer",
    "make_windows",
    "pad",
    "pick_evidence",
    "plan_features",
    "pool",
    "read",
]

NEAR = Reach(tokens=0, neighbours=0)
FAR = Reach(tokens=320, neighbours=2)
READERS = {"near": NEAR, "far": FAR}
"""Readers by the stem of their model file."""


def load_session(path: Path) -> onnxruntime.InferenceSession:
    """Open a reader's ONNX file on one thread, so that trainings side by side do not crowd each other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
