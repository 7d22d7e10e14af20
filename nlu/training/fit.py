"""The training itself: texts are drawn to their service and away from all others, two heads learn beside.

Every service has a vector of its own that is learnt with the encoder (a proxy); a text's loss is the cross-entropy over
all services and the kinds of message that no service answers, so each step sees every other service as a contrary
example, its nearest siblings most of all (Movshovitz-Attias and others 2017, normalised softmax).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from nlu.aspects import ASPECTS
from nlu.training.base_model import VECTOR
from nlu.training.examples import Example, Examples
from nlu.vectors import OUTSIDE

BATCH, WINDOW = 128, 8
"""Texts a step; texts of `WINDOW` steps are drawn together and cut by length, which saves padding."""
SHARES = {"service": 0.72, "outside": 0.06, "danger": 0.12, "aspect": 0.10}
LONGEST = 40
"""Tokens of a text in training."""
SCALE = 20.0
RATE, RATE_WORDS, RATE_PROXIES, RATE_HEADS = 1.2e-4, 1.2e-4, 2e-3, 1e-3
WARM_UP = 0.05
DANGER_WEIGHS, ASPECT_WEIGHS, FOLLOW_WEIGHS = 0.5, 0.3, 0.3


@dataclass
class Trained:
    """`danger`, `aspect`, `follow` are heads over the mean of the tokens; `proxies` a row a class."""

    model: SentenceTransformer
    danger: torch.nn.Linear
    aspect: torch.nn.Linear
    follow: torch.nn.Linear
    proxies: torch.nn.Parameter


def fit(
    model: SentenceTransformer, examples: Examples, steps: int, seed: int, progress: Callable[[str], None]
) -> Trained:
    """Deterministic for a seed on one kind of machine."""
    torch.manual_seed(seed)
    trained = _begin(model, examples)
    words = model[0].auto_model.embeddings.word_embeddings
    words.sparse = True
    rest = [value for name, value in model.named_parameters() if value is not words.weight]
    dense = torch.optim.AdamW(
        [
            {"params": rest, "lr": RATE, "weight_decay": 0.01},
            {"params": [trained.proxies], "lr": RATE_PROXIES, "weight_decay": 0.0},
            {
                "params": [
                    value for head in (trained.danger, trained.aspect, trained.follow) for value in head.parameters()
                ],
                "lr": RATE_HEADS,
            },
        ]
    )
    sparse = torch.optim.SparseAdam([words.weight], lr=RATE_WORDS)
    first = [group["lr"] for group in dense.param_groups]
    batches = _Batches(examples.seen, random.Random(seed), model)
    model.train()
    begun, lost = time.monotonic(), 0.0
    for step in range(steps):
        pace = min(1.0, (step + 1) / (WARM_UP * steps)) * (1 - step / steps)
        for group, rate in zip(dense.param_groups, first, strict=True):
            group["lr"] = rate * pace
        sparse.param_groups[0]["lr"] = RATE_WORDS * pace
        loss = _loss(trained, batches.next(), len(examples.ids))
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        dense.step()
        sparse.step()
        lost += float(loss)
        if (step + 1) % 50 == 0:
            spent = time.monotonic() - begun
            left = spent / (step + 1) * (steps - step - 1)
            progress(f"step {step + 1} of {steps}, loss {lost / 50:.2f}, {left / 60:.0f} minutes left")
            lost = 0.0
    words.sparse = False
    model.eval()
    return trained


def _begin(model: SentenceTransformer, examples: Examples) -> Trained:
    """Proxies begin at the mean of some texts of their service; the vector keeps what differs most between texts."""
    width = model[0].auto_model.config.hidden_size
    some: list[str] = []
    owner: list[int] = []
    taken: dict[int, int] = {}
    for example in examples.seen:
        if example.place >= 0 and taken.get(example.place, 0) < (4 if example.place < len(examples.ids) else 400):
            taken[example.place] = taken.get(example.place, 0) + 1
            some.append(example.ways[0])
            owner.append(example.place)
    pooled = model[1]
    with torch.no_grad():
        vectors = np.concatenate([_pooled(model, some[at : at + 128]) for at in range(0, len(some), 128)])
    del pooled
    mean = vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(vectors[::3] - mean, full_matrices=False)
    dense = model[2].linear
    with torch.no_grad():
        dense.weight.copy_(torch.from_numpy(directions[:VECTOR].copy()))
        dense.bias.copy_(torch.from_numpy(-(directions[:VECTOR] @ mean)))
    small = (vectors - mean) @ directions[:VECTOR].T
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    proxies = np.zeros((len(examples.ids) + OUTSIDE, VECTOR), dtype=np.float32)
    for place, vector in zip(owner, small, strict=True):
        if place < len(examples.ids):
            proxies[place] += vector
    outside = small[[number for number, place in enumerate(owner) if place == len(examples.ids)]]
    proxies[len(examples.ids) :] = outside[:: max(1, len(outside) // OUTSIDE)][:OUTSIDE]
    return Trained(
        model,
        torch.nn.Linear(width, 1),
        torch.nn.Linear(width, len(ASPECTS)),
        torch.nn.Linear(width, 1),
        torch.nn.Parameter(functional.normalize(torch.from_numpy(proxies), dim=1)),
    )


def _pooled(model: SentenceTransformer, texts: Sequence[str]) -> NDArray[np.float32]:
    features = _features(model, texts)
    found: NDArray[np.float32] = model[1](model[0](features))["sentence_embedding"].numpy()
    return found


def _features(model: SentenceTransformer, texts: Sequence[str]) -> dict[str, torch.Tensor]:
    cut = model.tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    return {name: cut[name] for name in ("input_ids", "attention_mask")}


def _loss(trained: Trained, batch: Sequence[tuple[str, Example]], services: int) -> torch.Tensor:
    model = trained.model
    with torch.autocast("cpu", dtype=torch.bfloat16):
        pooled = model[1](model[0](_features(model, [text for text, _ in batch])))["sentence_embedding"]
    pooled = pooled.float()
    vectors = functional.normalize(model[2].linear(pooled), dim=1)
    near = SCALE * vectors @ functional.normalize(trained.proxies, dim=1).T
    near = torch.cat([near[:, :services], near[:, services:].logsumexp(dim=1, keepdim=True)], dim=1)
    place = torch.tensor([example.place for _, example in batch])
    danger = torch.tensor([example.danger for _, example in batch])
    aspect = torch.tensor([example.aspect for _, example in batch])
    follow = torch.tensor([example.follow for _, example in batch])
    return (
        _cross_entropy(near, place)
        + DANGER_WEIGHS * _yes_or_no(trained.danger(pooled), danger)
        + ASPECT_WEIGHS * _cross_entropy(trained.aspect(pooled), aspect)
        + FOLLOW_WEIGHS * _yes_or_no(trained.follow(pooled), follow)
    )


def _yes_or_no(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """The mean over the labelled."""
    labelled = (right >= 0).float()
    lost = functional.binary_cross_entropy_with_logits(
        logits.squeeze(1), right.clamp(min=0).float(), weight=labelled, reduction="sum"
    )
    return lost / labelled.sum().clamp(min=1)


def _cross_entropy(near: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """The mean over the labelled; a batch may hold none."""
    return functional.cross_entropy(near, right, ignore_index=-1, reduction="sum") / (right >= 0).sum().clamp(min=1)


class _Batches:
    """Batches of the shares in `SHARES`; a service is drawn by the root of how many texts it has."""

    def __init__(self, examples: Sequence[Example], dice: random.Random, model: SentenceTransformer) -> None:
        self._dice = dice
        self._length = lambda text: len(text)
        services = max(example.place for example in examples)
        by_place: dict[int, list[Example]] = {}
        for example in examples:
            if 0 <= example.place < services:
                by_place.setdefault(example.place, []).append(example)
        self._places = list(by_place.values())
        self._weights = [len(found) ** 0.5 for found in self._places]
        self._beside = {
            "outside": [example for example in examples if example.place == services],
            "danger": [example for example in examples if example.place < 0 and example.aspect < 0],
            "aspect": [example for example in examples if example.aspect >= 0],
        }
        self._waiting: list[list[tuple[str, Example]]] = []

    def next(self) -> list[tuple[str, Example]]:
        if not self._waiting:
            drawn = [self._dice.choice(found) for found in self._dice.choices(
                self._places, self._weights, k=round(BATCH * WINDOW * SHARES["service"]))]  # fmt: skip
            for kind, found in self._beside.items():
                drawn += self._dice.choices(found, k=round(BATCH * WINDOW * SHARES[kind]))
            typed = [(self._way(example), example) for example in drawn]
            typed.sort(key=lambda pair: len(pair[0]))
            self._waiting = [typed[at : at + BATCH] for at in range(0, len(typed), BATCH)]
            self._dice.shuffle(self._waiting)
        return self._waiting.pop()

    def _way(self, example: Example) -> str:
        return self._dice.choice(example.ways)
