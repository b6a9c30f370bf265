"""The trainable reader: all-MiniLM-L6-v2 with 28 sigmoid heads, its training loop and its export to ONNX."""

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from documents import HEADS, Document
from quantise import quantise_weights
from readers import Reach, Window, make_windows, pad
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of one training.

    Attributes:
        reach: how much of a plan the reader sees at once.
        epochs: passes over the data.
        rate: learning rate of the highest layer.
        rate_decay: factor on the learning rate for each layer below; the embeddings are not trained.
        head_rate: learning rate of the heads.
        batch_tokens: padded tokens in one batch.
        positive_weight: loss weight of a positive target.
        plan_weight: loss weight of a whole plan's verdicts, where a window holds the whole plan.
        dropout: of the token states below the heads.
        seed: of everything random.
    """

    reach: Reach
    epochs: int = 8
    rate: float = 2e-4
    rate_decay: float = 0.9
    head_rate: float = 1e-3
    batch_tokens: int = 320
    positive_weight: float = 3.0
    plan_weight: float = 1.0
    dropout: float = 0.2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a document, as training reads it."""

    window: Window
    document: Document

    @property
    def whole_plan(self) -> bool:
        """Whether the window scores every sentence of a plan that has several."""
        return self.document.verdicts is not None and 1 < len(self.window.units) == len(self.document.spans)


class Reader(nn.Module):
    """Token ids -> 28 logits and 28 gates a token, each of shape (batch, tokens, heads).

    A sentence's logits are the mean of its tokens' logits, weighted by the softmax of their gates.
    """

    def __init__(self, base: Path, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, attn_implementation="sdpa", add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.heads = nn.Linear(width, HEADS)
        self.gates = nn.Linear(width, HEADS)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.constant_(self.heads.bias, -2.5)
        nn.init.zeros_(self.gates.weight)
        nn.init.zeros_(self.gates.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and gates of every token, from int64 inputs of shape (batch, tokens)."""
        encoded = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        states = encoded.last_hidden_state.float()
        return self.heads(self.dropout(states)), self.gates(states)

    def sentences(self, windows: Sequence[Window]) -> Tensor:
        """Logits of the windows' sentences, in order, shape (sentences, heads)."""
        feed = {name: torch.from_numpy(array) for name, array in pad(windows).items()}
        logits, gates = self(**feed)
        rows = [
            (gates[row, first:last].softmax(0) * logits[row, first:last]).sum(0)
            for row, window in enumerate(windows)
            for _, first, last in window.units
        ]
        return torch.stack(rows)


def train(documents: Sequence[Document], recipe: Recipe, *, base: Path, tokenizer: Tokenizer) -> Reader:
    """Fine-tune a reader on labelled documents."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311 - reproducible on purpose
    model = Reader(base, dropout=recipe.dropout)
    optimizer = _optimizer(model, recipe)
    peaks = [group["lr"] for group in optimizer.param_groups]
    step, steps = 0, 0
    for _ in range(recipe.epochs):
        batches = _batches(_examples(documents, recipe, tokenizer, chance), recipe.batch_tokens, chance)
        steps = steps or len(batches) * recipe.epochs
        model.train()
        for batch in batches:
            factor = min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * step / steps))
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
            loss = _loss(model, batch, recipe)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
    return model.eval()


def _examples(documents: Sequence[Document], recipe: Recipe, tokenizer: Tokenizer, chance: random.Random) -> list[Example]:
    """The windows of one epoch, some texts disguised."""
    return [
        Example(window, document)
        for document in (_disguise(document, chance) for document in documents)
        for window in make_windows(document.text, document.spans, recipe.reach, tokenizer)
    ]


def _disguise(document: Document, chance: random.Random) -> Document:
    """Now and then a text without its full stops, as chats are written; offsets stay as they are."""
    if chance.random() < 0.85:
        return document
    return replace(document, text=re.sub(r"[.!?](?=\s|$)", " ", document.text))


def _batches(examples: list[Example], budget: int, chance: random.Random) -> list[list[Example]]:
    """Batches of about equal length, at most `budget` padded tokens each, in random order."""
    batches: list[list[Example]] = [[]]
    widest = 0
    for example in sorted(examples, key=lambda example: len(example.window.ids) + chance.uniform(-12, 12)):
        widest = max(widest, len(example.window.ids))
        if batches[-1] and widest * (len(batches[-1]) + 1) > budget:
            batches.append([])
            widest = len(example.window.ids)
        batches[-1].append(example)
    chance.shuffle(batches)
    return batches


def _loss(model: Reader, batch: Sequence[Example], recipe: Recipe) -> Tensor:
    """Weighted binary cross-entropy of the sentences, and of the plans that a window holds whole.

    A plan's logit is the soft maximum of its sentences': it learns whether the mistake still stands after the remedy.
    """
    with torch.autocast("cpu", torch.bfloat16):
        logits = model.sentences([example.window for example in batch]).float()
    units = [(example.document, number) for example in batch for number, _, _ in example.window.units]
    targets = torch.from_numpy(np.stack([document.targets[number] for document, number in units]))
    weights = torch.from_numpy(np.stack([document.weights[number] for document, number in units]))
    weights = weights * (1 + (recipe.positive_weight - 1) * targets)
    losses = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    loss = (losses * weights).sum() / (2 * len(units))
    position = 0
    for example in batch:
        rows = logits[position : position + len(example.window.units)]
        position += len(rows)
        if example.whole_plan and example.document.verdicts is not None:
            verdicts = torch.from_numpy(example.document.verdicts)
            truth = torch.cat([verdicts == 1, verdicts == 2]).float()
            soft_maximum = torch.logsumexp(2 * rows, 0) / 2
            error = nn.functional.binary_cross_entropy_with_logits(soft_maximum, truth, reduction="sum")
            loss = loss + recipe.plan_weight * error / (4 * len(batch))
    return loss


def _optimizer(model: Reader, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW with a lower learning rate for lower layers; the embeddings stay as they are."""
    model.encoder.embeddings.requires_grad_(requires_grad=False)
    groups = [{"params": [*model.heads.parameters(), *model.gates.parameters()], "lr": recipe.head_rate}]
    layers = model.encoder.encoder.layer
    for number, layer in enumerate(layers):
        rate = recipe.rate * recipe.rate_decay ** (len(layers) - 1 - number)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def export(model: Reader, folder: Path, name: str) -> tuple[Path, Path]:
    """Write a reader as ONNX, in fp32 and with int8 weights.

    Returns:
        Paths of the fp32 and of the int8 file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    full, small = (folder / f"{name}.{kind}.onnx" for kind in ("fp32", "int8"))
    model.encoder.set_attn_implementation("eager")
    example = {key: torch.from_numpy(array) for key, array in pad([Window([101, 7592, 2088, 102], [])] * 2).items()}
    outputs = ["logits", "gates"]
    torch.onnx.export(
        model.eval(),
        tuple(example.values()),
        str(full),
        input_names=list(example),
        output_names=outputs,
        opset_version=17,
        dynamo=False,
        dynamic_axes={key: {0: "batch", 1: "tokens"} for key in (*example, *outputs)},
    )
    quantise_weights(full, small)
    return full, small
