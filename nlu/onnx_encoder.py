"""The encoder that comes with Tuslakh: six layers in ONNX with eight-bit weights, run by onnxruntime on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from nlu.encoder import Encoded

FOLDER = Path(__file__).parent / "model"
MODEL, TOKENIZER, SERVICES = "encoder.onnx", "tokenizer.json", "services.npz"
LONGEST = 48
"""Tokens of a text that are read, which bounds the time; a service's longest text has about 50."""


class OnnxEncoder:
    """Reads `folder` once; raises `OSError` or onnxruntime's errors when the files are missing or broken."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.name = "shipped"
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("<pad>") or 0, pad_token="<pad>")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
        self.width = int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> Encoded:
        cut = self._tokenizer.encode_batch(list(texts))
        ids = np.array([found.ids for found in cut], dtype=np.int64)
        mask = np.array([found.attention_mask for found in cut], dtype=np.int64)
        vectors, danger, aspect, follow = self._session.run(None, {"ids": ids, "mask": mask})
        return Encoded(vectors, danger, aspect, follow)
