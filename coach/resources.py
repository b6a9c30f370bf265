"""Where the files that ship with Coach lie: in the installed package, or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder.

    Args:
        name: Path below the project's top level, such as `knowledge/playbooks` or `streamlit_app.py`.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for base in (_PACKAGE / "data", _PACKAGE.parent):
        if (base / name).exists():
            return base / name
    raise FileNotFoundError(f"{name} is missing from this installation of Coach; install it again")


def weights(name: str) -> Path:
    """Return the path of a shipped weights folder, such as `encoder` or `detector`."""
    return _PACKAGE / "weights" / name
