"""Which encoder understands messages: the shipped one, or a sentence-transformers model named in the settings."""

from __future__ import annotations

from config.settings import Settings
from nlu.sentence_transformers_encoder import SentenceTransformersEncoder
from nlu.shipped import shipped
from nlu.vectors import Vectors


def vectors(settings: Settings) -> Vectors:
    """Another model has no prepared vectors: it reads the whole catalogue at the first start, which takes minutes.

    Raises `ImportError` when a model is named and the extra `train` is not installed.
    """
    if not settings.encoder_model:
        return shipped()
    return Vectors(SentenceTransformersEncoder(settings.encoder_model))
