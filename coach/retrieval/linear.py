"""A logistic model over vectors, kept as plain numbers in a JSON file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from coach.models import Vectors


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights, shape (width,), and bias of a logistic regression."""

    weights: Vectors
    bias: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `{"weights": [...], "bias": number}`."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(np.asarray(data["weights"], dtype=np.float32), float(data["bias"]))

    def probabilities(self, rows: Vectors) -> Vectors:
        """Probability of the positive class for every row, shape (rows,)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(rows @ self.weights + self.bias))), dtype=np.float32)
