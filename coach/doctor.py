"""What is installed, reachable and configured."""

import importlib.metadata
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.errors import CoachError
from coach.settings import BUILTIN_MODEL, Settings

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at; `finding` says what to do where it is not ok."""

    name: str
    ok: bool
    finding: str


def examine(settings: Settings) -> list[Check]:
    """Look at everything that Coach needs, in the order in which it is needed."""
    looks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("packages", _packages),
        ("home", _home),
        ("encoder", _encoder),
        ("detector", _detector),
        ("tokens", _tokens),
        ("index", _index),
        ("database", _database),
        ("model", _model),
    )
    checks = []
    for name, look in looks:
        try:
            checks.append(Check(name=name, ok=True, finding=look(settings)))
        except (CoachError, OSError, importlib.metadata.PackageNotFoundError) as error:
            checks.append(Check(name=name, ok=False, finding=str(error)))
    return checks


def _packages(_: Settings) -> str:
    names = ("langchain", "langchain-openai", "langchain-chroma", "openai", "chromadb", "streamlit", "tiktoken", "onnxruntime")
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def _home(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.home):
        return f"{settings.home} (writable)"


def _encoder(settings: Settings) -> str:
    from coach.models import EMBEDDING_ID, BuiltinEmbeddings  # noqa: PLC0415

    width = BuiltinEmbeddings(threads=settings.threads).vectors(["partner"]).shape[1]
    return f"{EMBEDDING_ID}, {width} dimensions, from the installed files"


def _detector(settings: Settings) -> str:
    from coach.detection.detector import Detector  # noqa: PLC0415
    from coach.resources import weights  # noqa: PLC0415

    detector = Detector.load(weights("detector"), threads=settings.threads)
    detector.warm_up()
    return f"{len(detector.modes)} failure modes, from the installed files"


def _tokens(settings: Settings) -> str:
    from coach.models import token_counter  # noqa: PLC0415

    return f"o200k_base, exact, offline (“partner” counts {token_counter(settings.cache_dir).count('partner')})"


def _index(settings: Settings) -> str:
    from coach.wiring import Coach  # noqa: PLC0415

    sources = Coach(settings).sources()
    return f"{len(sources)} documents, {sum(source.chunks for source in sources)} passages"


def _database(settings: Settings) -> str:
    from coach.wiring import Coach  # noqa: PLC0415

    return f"{len(Coach(settings).sessions.list())} conversations"


def _model(settings: Settings) -> str:
    if settings.model == BUILTIN_MODEL:
        return "builtin: no key, no network; nothing leaves this machine"
    from coach.models import chat_model  # noqa: PLC0415

    chat_model(settings)
    where = settings.api_base or "the provider's own address"
    return f"{settings.model} at {where}: it is sent the question, the conversation and the passages found"
