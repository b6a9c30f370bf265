"""What training shares with the product: featurisation, pooling and the combiner come from coach.detection itself."""

from coach.detection.detector import VERDICTS, combine, decide, pick_evidence, plan_features
from coach.detection.encoder import Floats, Reach, Window, load_tokenizer, make_windows, pad, read
from coach.inference import open_session

__all__ = [
    "VERDICTS",
    "Floats",
    "Reach",
    "Window",
    "combine",
    "decide",
    "load_tokenizer",
    "make_windows",
    "open_session",
    "pad",
    "pick_evidence",
    "plan_features",
    "read",
]
