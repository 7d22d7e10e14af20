"""Progress of long work, on standard error so that results can be piped."""

from __future__ import annotations

import sys


class Steps:
    """One line each time `every` more has come; `words` has a place for the number."""

    def __init__(self, words: str, every: int) -> None:
        self._words, self._every, self._next = words, every, every

    def __call__(self, done: int) -> None:
        if done >= self._next:
            self._next = done - done % self._every + self._every
            say(f"  {self._words.format(done)}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
