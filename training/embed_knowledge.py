"""Embed the shipped knowledge ahead of time, so that a first start need not (writes coach/weights/encoder/knowledge.npz).

Run it (`make vectors`) after any change below knowledge/; a stale file costs only time.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coach.index.store import BUILTIN_COLLECTION  # noqa: E402
from coach.models import shipped_vectors, text_digest  # noqa: E402
from coach.resources import weights  # noqa: E402
from coach.settings import load_settings  # noqa: E402
from coach.wiring import Coach  # noqa: E402


def main() -> None:
    """Build the index once without shipped vectors and keep what it computed."""
    out = weights("encoder") / "knowledge.npz"
    out.unlink(missing_ok=True)
    shipped_vectors.cache_clear()
    with TemporaryDirectory() as home:
        coach = Coach(load_settings(home=home))
        coach.sources()
        corpus = coach.retriever.corpora.read((BUILTIN_COLLECTION,))
    rows = sorted(
        (text_digest(chunk.embedded_text), vector) for chunk, vector in zip(corpus.chunks, corpus.vectors, strict=True)
    )
    unique = dict(rows)
    np.savez_compressed(out, digests=np.array(list(unique)), vectors=np.stack(list(unique.values())))
    print(f"{len(unique)} vectors, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
