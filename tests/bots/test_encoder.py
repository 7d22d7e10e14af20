"""Which encoder a process uses."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bots.encoder import vectors
from config.settings import Settings
from nlu.shipped import shipped


def test_without_a_setting_it_is_the_shipped_one() -> None:
    assert vectors(Settings(encoder_model="")) is shipped()


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="the extra `train` is installed")
def test_another_model_without_the_extra_is_refused_at_start() -> None:
    with pytest.raises(ImportError, match="sentence_transformers"):
        vectors(Settings(encoder_model="some/model"))
