"""The trainable reader: the lower layers of all-mpnet-base-v2 with 28 sigmoid heads, its training loop, its export to ONNX."""

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from documents import HEADS, Document, joined
from quantise import quantise
from readers import Reach, Window, make_windows, pad
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of one training.

    Attributes:
        reach: how much of a plan the reader sees at once.
        layers: lower layers of the base that are kept.
        frozen: of these, how many stay as they are, like the embeddings.
        epochs: passes over the data.
        rate: learning rate of the highest layer.
        rate_decay: factor on the learning rate for each layer below.
        head_rate: learning rate of the heads.
        batch_tokens: padded tokens in one batch.
        positive_weight: loss weight of a positive target.
        plan_weight: loss weight of a whole plan's verdicts, where a window holds the whole plan.
        dropout: of the token states below the heads.
        join: most statements that are read as one text; 1 reads each alone.
        seed: of everything random.
    """

    reach: Reach
    layers: int = 8
    frozen: int = 3
    epochs: int = 4
    rate: float = 7e-5
    rate_decay: float = 0.9
    head_rate: float = 1e-3
    batch_tokens: int = 1280
    positive_weight: float = 3.0
    plan_weight: float = 1.0
    dropout: float = 0.1
    join: int = 6
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

    A sentence's logits are the mean of its tokens' logits, weighted by the softmax of their gates. Keeping the lower
    layers only follows Sajjad et al., "On the Effect of Dropping Layers of Pre-trained Transformer Models" (2023).
    """

    def __init__(self, base: Path, *, layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False)
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        width = self.encoder.config.hidden_size
        self.heads = nn.Linear(width, HEADS)
        self.gates = nn.Linear(width, HEADS)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.constant_(self.heads.bias, -2.5)
        nn.init.zeros_(self.gates.weight)
        nn.init.zeros_(self.gates.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and gates of every token, from int64 inputs of shape (batch, tokens)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        return self.heads(self.dropout(states)), self.gates(states)

    def sentences(self, windows: Sequence[Window]) -> list[Tensor]:
        """Logits of each window's sentences, in order, each of shape (sentences, heads)."""
        feed = {name: torch.from_numpy(array) for name, array in pad(windows).items()}
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(**feed).last_hidden_state
        logits, gates = self.heads(self.dropout(states.float())), self.gates(states.float())
        return [
            torch.stack(
                [(gates[row, first:last].softmax(0) * logits[row, first:last]).sum(0) for _, first, last in window.units]
            )
            for row, window in enumerate(windows)
        ]


def train(documents: Sequence[Document], recipe: Recipe, *, base: Path, tokenizer: Tokenizer) -> Reader:
    """Fine-tune a reader on labelled documents."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311 - reproducible on purpose
    model = Reader(base, layers=recipe.layers, dropout=recipe.dropout)
    optimizer = _optimizer(model, recipe)
    peaks = [group["lr"] for group in optimizer.param_groups]
    step, steps = 0, 0
    for epoch in range(1, recipe.epochs + 1):
        batches = _batches(_examples(documents, recipe, tokenizer, chance), recipe.batch_tokens, chance)
        steps = steps or len(batches) * recipe.epochs
        total = 0.0
        model.train()
        for batch in batches:
            factor = min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * min(1.0, step / steps)))
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
            loss = _loss(model, batch, recipe)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            total += loss.item()
        print(f"epoch {epoch} of {recipe.epochs}: loss {total / len(batches):.3f}", flush=True)
    return model.eval()


def _examples(documents: Sequence[Document], recipe: Recipe, tokenizer: Tokenizer, chance: random.Random) -> list[Example]:
    """The windows of one epoch: statements joined anew, some texts disguised."""
    statements = [document for document in documents if document.kind == "statement"]
    plans = [document for document in documents if document.kind != "statement"]
    return [
        Example(window, document)
        for document in (_disguise(document, chance) for document in [*_join(statements, recipe.join, chance), *plans])
        for window in make_windows(document.text, document.spans, recipe.reach, tokenizer)
    ]


def _join(statements: list[Document], most: int, chance: random.Random) -> list[Document]:
    """Statements in random order, alone or several as one text, so that neighbours mean nothing by themselves."""
    order = chance.sample(statements, len(statements))
    documents: list[Document] = []
    while order:
        part = [order.pop() for _ in range(min(len(order), chance.randint(0, most) or 1))]
        documents.append(part[0] if len(part) == 1 else joined(part, chance.choice(["\n", "\n", " ", "\n- ", "\n• "])))
    return documents


def _disguise(document: Document, chance: random.Random) -> Document:
    """Now and then a text without its full stops or capitals, as chats are written; offsets stay as they are."""
    if chance.random() < 0.85:
        return document
    text = re.sub(r"[.!?](?=\s|$)", " ", document.text)
    if chance.random() < 0.5 and len(text.lower()) == len(text):
        text = text.lower()
    return replace(document, text=text)


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
    rows = model.sentences([example.window for example in batch])
    logits = torch.cat(rows)
    units = [(example.document, number) for example in batch for number, _, _ in example.window.units]
    targets = torch.from_numpy(np.stack([document.targets[number] for document, number in units]))
    weights = torch.from_numpy(np.stack([document.weights[number] for document, number in units]))
    weights = weights * (1 + (recipe.positive_weight - 1) * targets)
    losses = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    loss = (losses * weights).sum() / (2 * len(units))
    for example, scores in zip(batch, rows, strict=True):
        if example.whole_plan and example.document.verdicts is not None:
            verdicts = torch.from_numpy(example.document.verdicts)
            truth = torch.cat([verdicts == 1, verdicts == 2]).float()
            soft_maximum = torch.logsumexp(2 * scores, 0) / 2
            error = nn.functional.binary_cross_entropy_with_logits(soft_maximum, truth, reduction="sum")
            loss = loss + recipe.plan_weight * error / (4 * len(batch))
    return loss


def _optimizer(model: Reader, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW with a lower learning rate for lower layers; embeddings, position biases and the lowest layers stay."""
    model.encoder.requires_grad_(requires_grad=False)
    groups = [{"params": [*model.heads.parameters(), *model.gates.parameters()], "lr": recipe.head_rate}]
    for number in range(recipe.frozen, recipe.layers):
        layer = model.encoder.encoder.layer[number].requires_grad_(requires_grad=True)
        rate = recipe.rate * recipe.rate_decay ** (recipe.layers - 1 - number)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def export(model: Reader, folder: Path) -> tuple[Path, Path]:
    """Write a reader as ONNX, in fp32 and with eight-bit weights.

    Returns:
        Paths of the fp32 and of the int8 file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    full, small = folder / "reader.fp32.onnx", folder / "reader.onnx"
    example = {key: torch.from_numpy(array) for key, array in pad([Window([0, 7592, 2088, 2], [])] * 2).items()}
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
    quantise(full, small)
    return full, small
