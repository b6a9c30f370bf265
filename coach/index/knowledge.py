"""The shipped knowledge as documents: front matter checked, body kept whole."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import KnowledgeError
from coach.resources import resource
from coach.schema import Document, Page

FOLDERS = ("articles", "playbooks", "failure_modes")


class FrontMatter(BaseModel):
    """What every file of the knowledge says about itself; failure modes add more (see `detection.taxonomy`)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str
    title: str = ""
    kind: str
    author: str = "Coach"
    published: str = ""
    publisher: str = ""
    modes: tuple[str, ...] = ()
    also_called: tuple[str, ...] = ()


def knowledge_files() -> Iterator[Path]:
    """Paths of all shipped documents, in a stable order."""
    for folder in FOLDERS:
        yield from sorted(resource(f"knowledge/{folder}").glob("*.md"))


def split_front_matter(path: Path) -> tuple[dict[str, object], str]:
    """Return a file's YAML front matter and its body.

    Raises:
        KnowledgeError: There is none, or it is no YAML mapping.
    """
    text = path.read_text(encoding="utf-8")
    head, separator, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not separator:
        raise KnowledgeError(f"{path.name}:1: no front matter between two lines of ---. Add it.")
    try:
        fields = yaml.safe_load(head)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise KnowledgeError(f"{path.name}:{line}: {error.problem}. Mend the YAML.") from error
    if not isinstance(fields, dict):
        raise KnowledgeError(f"{path.name}:2: the front matter is no list of fields. Write name: value lines.")
    return fields, body.strip() + "\n"


def load_knowledge_file(path: Path) -> Document:
    """Read one shipped document.

    Raises:
        KnowledgeError: It breaks the schema; the message names file and field.
    """
    fields, body = split_front_matter(path)
    try:
        front = FrontMatter.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise KnowledgeError(f"{path.name}: {place}: {first['msg']}. Mend the front matter.") from error
    if front.id != path.stem:
        raise KnowledgeError(f"{path.name}: the id {front.id!r} differs from the file's name. Make them equal.")
    title = front.title or str(fields.get("name", front.id))
    origin = [front.author, front.publisher, front.published] if front.kind == "article" else ["Coach's own", front.kind]
    return Document(
        source_id=front.id,
        title=title,
        text=body,
        pages=(Page(index=1, title=title, start=0, end=len(body)),),
        provenance=", ".join(part for part in origin if part),
        content_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        aliases=", ".join(front.also_called),
    )


@lru_cache(maxsize=1)
def modes_by_document() -> dict[str, tuple[str, ...]]:
    """The failure modes that each shipped document says it helps with, by document id."""
    return {path.stem: FrontMatter.model_validate(split_front_matter(path)[0]).modes for path in knowledge_files()}
