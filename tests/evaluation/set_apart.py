"""Sets a tenth of the catalogue's messages apart as the team's own check set: `python -m tests.evaluation.set_apart`.

Moved from the files of `knowledge/catalogue` to `kept_apart.tsv`, which no index and no training reads. A message is
drawn by its digest, never from a service that would be left with too few; what stands apart already stays there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import yaml

from dialogs.services import Service
from knowledge.catalogue_files import FOLDER, load
from tests.evaluation.sets import KEPT_APART, kept_apart

SHARE = 0.1
FEWEST, FEWEST_OF_MANY, MANY = 3, 8, 8
"""Messages that a service keeps: 3, and 8 where editors wrote so many."""


def drawn(services: list[Service], already: Counter[str]) -> list[tuple[str, str]]:
    """(service id, message) still missing from a tenth; at most every fourth message of a service."""
    wanted = round(SHARE * (sum(len(service.says) for service in services) + already.total())) - already.total()
    candidates = sorted((_digest(message), service, message) for service in services for message in service.says)
    taken: Counter[str] = Counter()
    found: list[tuple[str, str]] = []
    for _, service, message in candidates:
        if len(found) >= wanted:
            break
        fewest = FEWEST_OF_MANY if len(service.says) >= MANY else FEWEST
        left = len(service.says) - taken[service.id]
        if left > fewest and (taken[service.id] + 1) * 4 <= len(service.says) + already[service.id]:
            taken[service.id] += 1
            found.append((service.id, message))
    return found


def _digest(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()


def take_out(path: Path, messages: set[str]) -> int:
    """Removes the lines of `says` that hold the messages; returns how many."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not (line.startswith("      - ") and _of(line) in messages)]
    path.write_text("".join(kept), encoding="utf-8")
    return len(lines) - len(kept)


def _of(line: str) -> str:
    try:
        value = yaml.safe_load(line)
    except yaml.YAMLError:
        return ""
    return str(value[0]) if isinstance(value, list) and len(value) == 1 else ""


def main() -> None:
    before = kept_apart()
    services = list(load().services.values())
    found = drawn(services, Counter(pair[0] for pair in before))
    out = sum(take_out(path, {message for _, message in found}) for path in FOLDER.glob("*.yaml"))
    assert out == len(found), f"{len(found)} messages drawn, {out} lines taken out"
    rows = sorted([*before, *found])
    text = "".join(f"{service_id}\t{message}\n" for service_id, message in rows)
    KEPT_APART.write_text(HEAD + text, encoding="utf-8")
    print(f"{len(found)} messages set apart, {len(rows)} in all")


HEAD = """\
# The team's own check set: a tenth of the messages written for the catalogue, never in an index and never trained on.
# service id, message. Written by `python -m tests.evaluation.set_apart`; do not tune anything on them.
"""

if __name__ == "__main__":
    main()
