"""What is told about a message is what was understood of it, and everything that counts has a name."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding import Action, EntityKind
from nlu import Index, understand
from nlu.caution import Doubt
from nlu.features import FEATURES, SIGNS
from nlu.understanding import End
from nlu.why import why
from nlu.why_found import FoundWhy
from nlu.why_words import DOUBT_WORDS, FEATURE_WORDS, KINDS, SIGN_WORDS, Kind

MESSAGES = (
    "гадаад паспортын хугацаа дууссан",
    "сайн байна уу pasportoo geechihlee",
    "lost passport",
    "birth reference",
    "torsnii lavlagaa angliar",
    "паспорт",
    "лавлагаа",
    "төрсний лавлагаа бас апостиль",
    "tursnii lavlagaa bas jolooch lavlagaa",
    "герман виз",
    "герман визэнд төрсний лавлагаа",
    "гээсэн",
    "хэд вэ",
    "паспорт хэд вэ",
    "баярлалаа",
    "сайн уу",
    "хүнтэй ярья",
    "код ирэхгүй байна",
    "намайг зодоод байна тусал",
    "pizza zahialah utas",
    "我的护照丢了",
    "👍",
    "аааа",
    "",
)


@pytest.mark.parametrize("message", MESSAGES)
def test_why_tells_of_what_was_understood(message: str, index: Index) -> None:
    assert why(message, index).understood == understand(message, index)


@pytest.mark.parametrize("message", MESSAGES)
def test_the_candidates_explained_are_those_of_the_needs(message: str, index: Index) -> None:
    told = why(message, index)
    explained = told.parts or ((told.whole,) if told.whole and told.whole.candidates else ())
    assert [_pairs(found) for found in explained] == [
        [(candidate.service_id, candidate.probability) for candidate in need.candidates]
        for need in told.understood.needs
    ]


def _pairs(found: FoundWhy) -> list[tuple[str, float]]:
    return [(candidate.service_id, candidate.probability) for candidate in found.candidates]


@pytest.mark.parametrize("message", MESSAGES)
def test_the_comparisons_told_lead_to_the_action(message: str, index: Index) -> None:
    told = why(message, index)
    for found in filter(None, (told.whole, *told.parts)):
        assert _decided(found) is found.action


def _decided(found: FoundWhy) -> Action:
    need, faint, sure, lead = (check.holds for check in found.checks)
    if not found.candidates or not (need or found.named) or not faint:
        return Action.NOTHING
    return Action.SURE if sure and lead and found.doubt is None else Action.CHOICE


@pytest.mark.parametrize("message", MESSAGES)
def test_the_shares_of_a_candidate_are_all_that_counts_for_it(message: str, index: Index) -> None:
    whole = why(message, index).whole
    for candidate in whole.candidates if whole else ():
        assert math.fsum(share.counts for share in candidate.shares) == pytest.approx(candidate.counts, abs=1e-9)
        assert math.fsum(share.ahead for share in candidate.shares) == pytest.approx(candidate.ahead, abs=1e-9)
        assert {share.kind for share in candidate.shares} == set(Kind)


def test_the_difference_in_what_counts_is_the_difference_in_probability(index: Index) -> None:
    whole = why("гадаад паспорт", index).whole
    assert whole is not None
    first, second = whole.candidates[:2]
    assert second.ahead == pytest.approx(math.log(second.probability / first.probability))


def test_the_signs_told_make_how_likely_it_is_a_need(index: Index) -> None:
    whole = why("гадаад паспорт", index).whole
    assert whole is not None
    assert whole.need == pytest.approx(1 / (1 + math.exp(-math.fsum(sign.counts for sign in whole.signs))))


def test_what_counts_most_comes_first(index: Index) -> None:
    whole = why("гадаад паспорт", index).whole
    assert whole is not None
    for counted in (whole.signs, whole.candidates[0].shares, whole.candidates[0].shares[0].parts):
        sizes = [abs(one.counts) for one in counted]
        assert sizes == sorted(sizes, reverse=True)


def test_everything_that_counts_has_a_name_in_both_languages() -> None:
    assert set(FEATURE_WORDS) == set(FEATURES)
    assert set(SIGN_WORDS) == set(SIGNS)
    assert (set(KINDS), set(DOUBT_WORDS)) == (set(Kind), set(Doubt))
    labels = [
        *SIGN_WORDS.values(),
        *KINDS.values(),
        *DOUBT_WORDS.values(),
        *(text for _, text in FEATURE_WORDS.values()),
    ]
    assert all(text.mn and text.en for text in labels)


def test_no_two_things_that_count_are_called_the_same() -> None:
    for labels in ([text for _, text in FEATURE_WORDS.values()], list(SIGN_WORDS.values())):
        assert len({text.mn for text in labels}) == len({text.en for text in labels}) == len(labels)


@pytest.mark.parametrize(
    ("message", "end"),
    [
        ("👍", End.SIGNS),
        ("баярлалаа", End.COMMAND),
        ("аааа", End.NO_WORDS),
        ("намайг зодоод байна тусал", End.EMERGENCY),
        ("хэд вэ", End.FOLLOW_UP),
        ("паспорт хэд вэ", End.NEED),
    ],
)
def test_what_settled_a_message_is_told(message: str, end: End, index: Index) -> None:
    assert why(message, index).end is end


def test_words_are_told_with_what_was_made_of_them(index: Index) -> None:
    my, passport = why("миний pasport", index).words
    assert (my.counts, passport.counts) == (False, True)
    assert passport.keys == ("pasport",)


def test_the_form_that_the_encoder_reads_is_told_without_the_greeting(index: Index) -> None:
    told = why("sain bn uu pasport", index)
    assert told.read_as == "паспорт"
    assert told.command.greeting == "sain bn uu"


def test_what_belongs_to_another_state_is_told(index: Index) -> None:
    whole = why("герман визэнд төрсний лавлагаа", index).whole
    assert whole is not None
    assert whole.taken_away == ("герман", "визэнд")
    assert whole.doubt == DOUBT_WORDS[Doubt.OTHER_COUNTRY]


def test_everyday_words_are_told_with_the_official_ones(index: Index) -> None:
    whole = why("загран", index).whole
    assert whole is not None
    assert whole.said == ("загран",)
    assert "паспорт" in whole.meant


def test_a_split_is_told_with_why_it_was_taken(index: Index) -> None:
    told = why("төрсний бүртгэлийн лавлагаа бас апостиль", index)
    assert [split.taken for split in told.splits].count(True) == len(told.parts) // 2
    assert all(split.two and split.likely >= split.half for split in told.splits if split.taken)


def test_personal_numbers_are_shown_as_marks_only(index: Index) -> None:
    found = {one.kind: one for one in why("УБ99112233 Германд", index).entities}
    assert (found[EntityKind.REGISTER].shown, found[EntityKind.REGISTER].value) == ("[РД]", "")
    assert found[EntityKind.COUNTRY].value == "DE"


def test_the_nearest_text_of_a_candidate_is_one_of_its_own(index: Index) -> None:
    whole = why("gadaad pasport", index).whole
    assert whole is not None
    texts = {service.id: {view.text for view in service.views} for service in index.ranking.services}
    assert all(candidate.nearest in texts[candidate.service_id] for candidate in whole.candidates)


@given(st.text(max_size=300) | st.text(alphabet="абвөүabcuhx *\ud800\u202e\u1820여", max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_text_can_be_told_of(index: Index, text: str) -> None:
    assert why(text, index).understood.action in Action
