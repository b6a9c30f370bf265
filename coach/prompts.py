"""Prompts as versioned files: declared inputs, checked at load, rendered only when all of them are given."""

import hashlib
import re
from dataclasses import dataclass

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import KnowledgeError
from coach.resources import resource

_SLOT = re.compile(r"\{(\w+)\}")


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    purpose: str
    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt template.

    Attributes:
        id: Task and version, such as `answer.v1`; equal to the file's name.
        inputs: Names that the body uses, all of them required.
        body: The template.
        digest: First twelve hexadecimal digits of its sha256, recorded with every output.
    """

    id: str
    inputs: tuple[str, ...]
    body: str
    digest: str

    def render(self, **values: str) -> str:
        """Fill the template.

        Raises:
            KeyError: A declared input is missing or an undeclared one is given.
        """
        if set(values) != set(self.inputs):
            raise KeyError(f"{self.id} takes {', '.join(self.inputs)}; given: {', '.join(sorted(values)) or 'nothing'}")
        return _SLOT.sub(lambda match: values.get(match[1], match[0]), self.body)


def load_prompt(prompt_id: str) -> Prompt:
    """Read and check a prompt file.

    Raises:
        KnowledgeError: Its front matter breaks the schema, or the body's slots differ from the declared inputs.
    """
    path = resource(f"prompts/{prompt_id}.md")
    text = path.read_text(encoding="utf-8")
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        front = _Front.model_validate(yaml.safe_load(head))
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: {str(error).splitlines()[0]}. Mend the YAML of the front matter.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "front matter"
        raise KnowledgeError(f"{path.name}: {place}: {first['msg']}. Mend the front matter.") from error
    slots = set(_SLOT.findall(body))
    if front.id != prompt_id or slots != set(front.inputs):
        raise KnowledgeError(f"{path.name}: id or inputs differ from the file's name or body. Make them equal.")
    return Prompt(id=front.id, inputs=front.inputs, body=body, digest=hashlib.sha256(text.encode()).hexdigest()[:12])
