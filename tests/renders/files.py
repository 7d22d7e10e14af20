"""The golden files: one a message, each with the payloads of every channel."""

from __future__ import annotations

import json
from pathlib import Path

from tests.renders.messages import samples
from tests.renders.wires import Json, payloads

FOLDER = Path(__file__).parent / "golden"


def rendered_now() -> dict[str, Json]:
    """Message -> channel -> payloads."""
    return payloads(samples())


def kept(name: str) -> Json:
    """Empty for a message that has no file yet."""
    path = FOLDER / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def kept_names() -> set[str]:
    return {path.stem for path in FOLDER.glob("*.json")}


def write_all() -> None:
    """As they are rendered now; files of messages that are gone go too."""
    now = rendered_now()
    for name in kept_names() - set(now):
        (FOLDER / f"{name}.json").unlink()
    for name, channels in now.items():
        text = json.dumps(channels, ensure_ascii=False, indent=1)
        # Characters that turn a line around would also turn it around for whoever reads the file.
        visible = "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)
        (FOLDER / f"{name}.json").write_text(f"{visible}\n", encoding="utf-8")
