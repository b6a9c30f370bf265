"""Coach: a partnership coach that answers with citations, takes partner plans apart and works offline.

from coach import Coach
Coach().ask("What is the partner's win?")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.errors import CoachError
    from coach.settings import Settings, load_settings
    from coach.wiring import Coach

__version__ = "0.1.0"
__all__ = ["Coach", "CoachError", "Settings", "__version__", "load_settings"]

_HOMES = {
    "Coach": "coach.wiring",
    "CoachError": "coach.errors",
    "Settings": "coach.settings",
    "load_settings": "coach.settings",
}


def __getattr__(name: str) -> object:
    """Import public names at their first use, so that `import coach` costs nothing."""
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'coach' has no attribute {name!r}")
