"""The trained encoder as the product runs it: one ONNX file with eight-bit weights, and the tokenizer."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch.nn import functional

from nlu.onnx_encoder import MODEL, SERVICES, TOKENIZER
from nlu.training.fit import Trained
from nlu.vectors import Stored, outside_ids

_OPSET = 17
_OUTPUTS = ("vectors", "danger", "aspect", "follow")


class Runtime(torch.nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Token ids and mask in; vectors of length one, danger, aspect and follow-up out (`nlu.encoder.Encoded`)."""

    def __init__(self, trained: Trained) -> None:
        super().__init__()
        self.words = trained.model[0].auto_model
        self.dense = trained.model[2].linear
        self.danger, self.aspect, self.follow = trained.danger, trained.aspect, trained.follow

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        tokens = self.words(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        pooled = (tokens * weight).sum(1) / weight.sum(1)
        return (
            functional.normalize(self.dense(pooled), dim=1),
            self.danger(pooled).squeeze(1),
            self.aspect(pooled),
            self.follow(pooled).squeeze(1),
        )


def export(trained: Trained, ids: Sequence[str], folder: Path) -> None:
    """Writes `encoder.onnx`, `tokenizer.json` and, for the services `ids`, the vectors they were drawn to."""
    folder.mkdir(parents=True, exist_ok=True)
    runtime = Runtime(trained).eval()
    runtime.words.set_attn_implementation("eager")
    whole = folder / "whole.onnx"
    some = torch.randint(5, 1_000, (2, 12))
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            runtime, (some, torch.ones_like(some)), str(whole), dynamo=False, opset_version=_OPSET,
            input_names=["ids", "mask"], output_names=list(_OUTPUTS),
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("ids", "mask")}
            | {name: {0: "texts"} for name in _OUTPUTS},
        )  # fmt: skip
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser advises a step that changes nothing here
    quantize_dynamic(
        whole, folder / MODEL, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
    )
    whole.unlink()
    trained.model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER), pretty=False)
    drawn = functional.normalize(trained.proxies.detach(), dim=1).numpy()
    Stored.of((*ids, *outside_ids()), drawn).write(folder / SERVICES)
