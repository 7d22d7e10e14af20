"""The encoder and the vectors that come with Tuslakh, read once a process."""

from __future__ import annotations

from functools import lru_cache

from nlu.onnx_encoder import FOLDER, SERVICES, OnnxEncoder
from nlu.vectors import Stored, Vectors

VECTORS, DRAWN = FOLDER / "vectors.npz", FOLDER / SERVICES


@lru_cache(maxsize=1)
def shipped() -> Vectors:
    return Vectors(OnnxEncoder(), *(Stored.read(path) if path.exists() else None for path in (VECTORS, DRAWN)))
