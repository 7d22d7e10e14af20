"""The model that training begins from: e5-small with the pieces our languages need, for sentence-transformers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Pooling, Transformer
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlu.training.e5_file import E5File

VECTOR = 192
"""Numbers of a text's vector: half of the model's own, so that a hundredfold catalogue is still searched at once."""
LONGEST = 64
"""Tokens of a text that are read; messages have about 15, a service's longest text about 50."""
_SCRIPTS: Mapping[str, tuple[str, int]] = {
    "cyrillic": (r"[\u0400-\u052f]+", 13_000),
    "latin": (r"[A-Za-z\u00c0-\u024f]+", 16_000),
    "hangul": (r"[\uac00-\ud7a3]+", 6_000),
    "east asian": (r"[\u3040-\u30ff\u3400-\u9fff\u3005]+", 10_000),
    "signs": (r"[\W\d_]+", 1_500),
}
"""Letters of a piece and how many of them are kept, the likeliest first; single characters are always kept."""
_SPECIAL = 4


def kept_pieces(file: E5File, texts: Iterable[str]) -> list[int]:
    """Ids of the pieces that stay: what our own texts are cut into, then the likeliest of each script."""
    own = _tokenizer(file, list(range(len(file.pieces))))
    used = {piece for encoding in own.encode_batch(list(texts)) for piece in encoding.ids}
    chosen = set(range(_SPECIAL)) | used
    for pattern, most in _SCRIPTS.values():
        letters = re.compile(pattern)
        fitting = [number for number in range(_SPECIAL, len(file.pieces)) if letters.fullmatch(_bare(file, number))]
        chosen.update(sorted(fitting, key=lambda number: -file.scores[number])[:most])
        chosen.update(number for number in fitting if len(_bare(file, number)) == 1)
    return sorted(chosen)


def _bare(file: E5File, number: int) -> str:
    return file.pieces[number].decode("utf-8", "replace").replace("\u2581", "")


def _tokenizer(file: E5File, kept: list[int]) -> Tokenizer:
    vocabulary = [(file.pieces[number].decode("utf-8", "replace"), float(file.scores[number])) for number in kept]
    unknown, begins, ends = file.special["unk"], file.special["bos"], file.special["eos"]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", begins), ("</s>", ends)]
    )
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def write_base(file: E5File, kept: list[int], layers: list[int], folder: Path) -> SentenceTransformer:
    """The model with the pieces and layers that are kept, mean pooling, written to `folder`."""
    config = BertConfig(
        vocab_size=len(kept), hidden_size=file.width, num_hidden_layers=len(layers), num_attention_heads=file.heads,
        intermediate_size=file.inner, max_position_embeddings=file.positions, type_vocab_size=file.types,
        layer_norm_eps=file.epsilon, pad_token_id=file.special["pad"],
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(file, kept, layers, model.state_dict()))
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(file, kept), bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>",
        pad_token="<pad>", unk_token="<unk>", model_max_length=LONGEST,
    ).save_pretrained(folder)  # fmt: skip
    words = Transformer(str(folder), max_seq_length=LONGEST)
    pooling = Pooling(file.width, pooling_mode="mean")
    dense = Dense(file.width, VECTOR, bias=True, activation_function=torch.nn.Identity())
    return SentenceTransformer(modules=[words, pooling, dense], device="cpu")


_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


def _state(
    file: E5File, kept: list[int], layers: list[int], shapes: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    words = file.tensors["emb.word"].reshape(-1, file.width)[kept]
    found = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": file.tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": file.tensors["emb.type"],
        "embeddings.LayerNorm.weight": file.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": file.tensors["emb.ln.b"],
    }
    for place, layer in enumerate(layers):
        for short, name in _NAMES.items():
            for end, kind in (("w", "weight"), ("b", "bias")):
                found[f"encoder.layer.{place}.{name}.{kind}"] = file.tensors[f"l{layer}.{short}.{end}"]
    missing = {name for name in shapes if "position_ids" not in name} - found.keys()
    assert not missing, missing
    return {name: torch.from_numpy(np.array(values)).reshape(shapes[name].shape) for name, values in found.items()}
