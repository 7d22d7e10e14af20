"""UNDERSTAND: text in, candidates with honest probabilities out. Knows no channel, no table and no conversation."""

from nlu.index import Index, Thresholds
from nlu.understanding import understand

__all__ = ["Index", "Thresholds", "understand"]
