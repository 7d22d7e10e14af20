"""Learns the letter runs of `nlu.language` and writes `model/language.npz`: `python -m nlu.language_fit`.

From the catalogue's own texts, Mongolian ones spelt in Latin by rule besides, and a short list of words a language. The
catalogue's loader is an argument, `module:function`, because this room does not know who keeps the catalogue.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from dialogs.services import Catalogue
from nlu.fitting import loaded, parser_of
from nlu.language import FILE, LanguageModel, LetterModel, runs_of
from nlu.word_lists import rows

_LISTED_WEIGHT = 6
_SMOOTHING = 0.3
_ROMANISED = "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя"
_SCHEMES = tuple(
    str.maketrans(dict(zip(_ROMANISED, spelt.split("."), strict=True)))
    for spelt in (
        "a.b.v.g.d.e.yo.j.z.i.i.k.l.m.n.o.u.p.r.s.t.u.u.f.h.ts.ch.sh.sh..i..e.yu.ya",
        "a.b.w.g.d.ye.yo.j.z.i.i.k.l.m.n.o.o.p.r.s.t.u.v.f.x.c.ch.sh.sh..y.i.e.yu.ya",
    )
)
"""Two hands of typing Mongolian in Latin letters."""


def learnt(catalogue: Catalogue) -> LanguageModel:
    """Learnt from the texts of the catalogue and `languages.tsv`."""
    mongolian, english = _texts(catalogue)
    listed = {row[0]: row[1].split() for row in rows("languages.tsv")}
    latin_mongolian = Counter[str]()
    for word, times in mongolian.items():
        if re.search("[а-яё]", word):
            for scheme in _SCHEMES:
                latin_mongolian[word.translate(scheme)] += times
        else:
            latin_mongolian[word] += times
    return LanguageModel(
        latin=_letter_model(
            {
                "mn": (latin_mongolian, listed["mn-latin"]),
                "en": (english, listed["en"]),
                "de": (Counter(), listed["de"]),
            }
        ),
        cyrillic=_letter_model({"mn": (mongolian, listed["mn"]), "ru": (Counter(), listed["ru"])}),
    )


def _texts(catalogue: Catalogue) -> tuple[Counter[str], Counter[str]]:
    mongolian: Counter[str] = Counter()
    english: Counter[str] = Counter()
    for service in catalogue.services.values():
        cyrillic = (service.title.mn, service.summary.mn, *service.names.mn, *service.names.latin)
        mongolian.update(re.findall(r"[^\W\d_]+", " ".join(cyrillic).lower()))
        latin = (service.title.en, service.summary.en, *service.names.en)
        english.update(re.findall(r"[a-z]+", " ".join(latin).lower()))
    return mongolian, english


def _letter_model(words: Mapping[str, tuple[Mapping[str, int], Iterable[str]]]) -> LetterModel:
    runs: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    for column, (found, listed) in enumerate(words.values()):
        weighed = {word: math.log1p(times) for word, times in found.items()}
        for word in listed:
            weighed[word] = weighed.get(word, 0.0) + _LISTED_WEIGHT
        for word, weight in weighed.items():
            runs.append(runs_of(word))
            weights.append(np.full(len(runs[-1]), weight))
            columns.append(np.full(len(runs[-1]), column))
    known, places = np.unique(np.concatenate(runs), return_inverse=True)
    counts = np.zeros((len(known), len(words)))
    np.add.at(counts, (places, np.concatenate(columns)), np.concatenate(weights))
    totals = counts.sum(axis=0)
    table = np.log(counts / np.maximum(totals / totals.max(), 1e-9) + _SMOOTHING) - np.log(totals.max())
    floor = np.full(len(words), np.log(_SMOOTHING / totals.max()))
    return LetterModel(tuple(words), known, table.astype(np.float32), floor.astype(np.float32))


def write(model: LanguageModel) -> None:
    parts = {
        f"{name}_{part}": getattr(letters, part)
        for name, letters in (("latin", model.latin), ("cyrillic", model.cyrillic))
        for part in ("runs", "table", "unseen")
    }
    np.savez_compressed(FILE, **parts)


def fit_and_write(catalogue: Catalogue) -> None:
    FILE.parent.mkdir(exist_ok=True)
    write(learnt(catalogue))
    print(f"written to {FILE.name}, {FILE.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    fit_and_write(loaded(parser_of("nlu.language_fit", __doc__).parse_args()))


if __name__ == "__main__":
    main()
