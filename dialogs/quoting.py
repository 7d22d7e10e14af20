"""A part of a message, said back so that its writer knows which one is meant: one short line, nothing personal."""

from __future__ import annotations

from dialogs.masking import holds_secret, mask_hidden, mask_text

MOST = 60  # characters: a long question is known by its beginning


def quoted(text: str) -> str:
    """Without numbers that are a person's, signs that cannot be seen and what is too long; `…` when nothing is left."""
    seen = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    line = mask_hidden(seen) if holds_secret(seen) else mask_text(seen)
    if len(line) <= MOST:
        return line or "…"
    whole, _, _ = line[:MOST].rpartition(" ")
    return f"{whole or line[:MOST]}…"
