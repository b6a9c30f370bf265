"""All settings in one frozen object, and the only code that reads or writes the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from coach.errors import UsageError

BUILTIN_MODEL = "builtin"

_QUIET = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime's Linux wheels report usage unless told before the first import
    "ANONYMIZED_TELEMETRY": "False",  # chromadb
    "CHROMA_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run of Coach depends on.

    Attributes:
        home: Folder for everything that is written: the index, the database, caches.
        model: `builtin`, or a LangChain chat model name such as `openai:gpt-5`.
        database_url: SQLAlchemy URL of conversations and the list of sources.
        chroma_url: Address of a Chroma server; empty for the embedded store under `home`.
        api_base: Base address of an OpenAI-compatible server; empty for the provider's own.
        has_api_key: Whether an API key is configured (the key itself stays in the environment).
        threads: Threads for the encoders; 0 lets onnxruntime choose.
    """

    home: Path
    model: str = BUILTIN_MODEL
    database_url: str = ""
    chroma_url: str = ""
    api_base: str = ""
    has_api_key: bool = False
    threads: int = 0

    @property
    def resolved_database_url(self) -> str:
        """The database's URL: as configured, or a SQLite file under `home`."""
        return self.database_url or f"sqlite:///{self.home / 'coach.db'}"

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded vector store."""
        return self.home / "index"

    @property
    def cache_dir(self) -> Path:
        """Folder of files that can be made again at any time."""
        return self.home / "cache"


def load_settings(*, home: Path | str | None = None, model: str | None = None) -> Settings:
    """Read the environment once; arguments win over it.

    Args:
        home: Folder for everything that is written (else `COACH_HOME`, else the user's data folder).
        model: Chat model name (else `COACH_MODEL`, else `builtin`).

    Raises:
        UsageError: `COACH_THREADS` is no number.
    """
    silence_dependencies()
    env = os.environ
    folder = home or env.get("COACH_HOME") or user_data_path("coach", appauthor=False)
    return Settings(
        home=Path(folder).expanduser().absolute(),
        model=model or env.get("COACH_MODEL") or BUILTIN_MODEL,
        database_url=env.get("COACH_DATABASE_URL", ""),
        chroma_url=env.get("COACH_CHROMA_URL", ""),
        api_base=env.get("OPENAI_BASE_URL", ""),
        has_api_key=bool(env.get("OPENAI_API_KEY")),
        threads=_threads(env.get("COACH_THREADS") or "0"),
    )


def _threads(value: str) -> int:
    if not value.isdecimal():
        raise UsageError(f"COACH_THREADS={value}: not a number of threads. Write 0 (as many as there are cores) or more.")
    return int(value)


def silence_dependencies() -> None:
    """Switch off every dependency's reporting; to be called before they are imported. The user's own values win."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def point_tiktoken_at(folder: Path) -> None:
    """Make tiktoken read its rank files from `folder`, so that counting tokens needs no network."""
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)


def child_environment(settings: Settings) -> dict[str, str]:
    """Environment for a child process that is to see the same settings."""
    return {**os.environ, "COACH_HOME": str(settings.home), "COACH_MODEL": settings.model}
