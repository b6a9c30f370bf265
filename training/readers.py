"""What training shares with the product: featurisation, pooling and the combiner come from coach.detection itself."""

from pathlib import Path

import onnxruntime

from coach.detection.detector import VERDICTS, combine, decide, pick_evidence, plan_features
from coach.detection.encoder import Floats, Reach, Window, load_tokenizer, make_windows, pad, read

__all__ = [
    "VERDICTS",
    "Floats",
    "Reach",
    "Window",
    "combine",
    "decide",
    "load_session",
    "load_tokenizer",
    "make_windows",
    "pad",
    "pick_evidence",
    "plan_features",
    "read",
]


def load_session(path: Path) -> onnxruntime.InferenceSession:
    """Open a reader's ONNX file."""
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
