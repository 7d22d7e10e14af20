"""The fake that brings Messenger's events: signed, repeated, shuffled, and switched off after an hour of failures."""

from __future__ import annotations

import hashlib
import hmac
import json

from tests.fakes.messenger_platform import MessengerPlatform, Post, delivery, echo, postback, seen, text
from tests.fakes.virtual_time import VirtualTime

PAGE, SECRET = "1789", b"secret"
HOUR = 3600.0


def platform(events: int, **settings: object) -> MessengerPlatform:
    made = MessengerPlatform(PAGE, SECRET, **settings)  # type: ignore[arg-type]
    for number in range(events):
        made.put(text(str(number % 5), PAGE, f"m.{number}", "сайн байна уу", number))
    return made


def answering(made: MessengerPlatform, *statuses: int) -> tuple[list[Post], list[float]]:
    """Played for two days; what was posted and when."""
    left, posts, times = list(statuses), [], []

    def receive(post: Post, now: float) -> None:
        posts.append(post)
        times.append(now)
        made.answered(post.number, left.pop(0) if len(left) > 1 else left[0], now)

    VirtualTime().play(made, receive, 48 * HOUR)
    return posts, times


def mids(posts: list[Post]) -> list[str]:
    return [event["message"]["mid"] for post in posts for event in json.loads(post.body)["entry"][0]["messaging"]]


def test_the_signature_is_over_the_bytes_as_they_go_out() -> None:
    post = answering(platform(1), 200)[0][0]
    right = hmac.new(SECRET, post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Hub-Signature-256"] == f"sha256={right}"
    assert b"\\u0441" in post.body


def test_a_batch_holds_up_to_a_thousand_events() -> None:
    posts, _ = answering(platform(1500), 200)
    assert [len(mids([post])) for post in posts] == [1000, 500]


def test_nothing_is_missing_under_disorder_and_repeats() -> None:
    made = platform(200, seed=3, disorder=True, repeats=0.2, largest=9)
    found = mids(answering(made, 200)[0])
    assert set(found) == {f"m.{number}" for number in range(200)}
    assert len(found) > 220
    assert found[:200] != sorted(found[:200], key=lambda mid: int(mid[2:]))


def test_a_failed_batch_comes_again_at_once_and_then_ever_rarer() -> None:
    _, times = answering(platform(1), 503, 503, 503, 503, 200)
    assert times == [0.0, 0.0, 15.0, 45.0, 105.0]


def test_a_quarter_of_an_hour_of_failures_is_an_email_and_an_hour_the_end_of_the_subscription() -> None:
    made = platform(3)
    _, times = answering(made, 503)
    assert made.warnings == [900.0]
    assert not made.subscribed
    assert times[-1] <= HOUR


def test_what_waits_or_happens_while_unsubscribed_is_missed_for_good() -> None:
    made = platform(3)
    answering(made, 503)
    made.put(text("1", PAGE, "m.late", "сайн байна уу", 4000))
    made.subscribe()
    assert [event["message"]["mid"] for event in made.missed] == ["m.0", "m.1", "m.2", "m.late"]
    assert made.pending == 0


def test_what_waited_may_come_after_the_page_is_subscribed_again() -> None:
    made = platform(3, keeps_waiting=True)
    answering(made, 503)
    made.subscribe()
    assert mids(made.next_actions(2 * HOUR)) == ["m.0", "m.1", "m.2"]
    assert made.missed == []


def test_one_good_answer_ends_the_count_of_failures() -> None:
    made = platform(1)
    VirtualTime().play(made, lambda post, now: made.answered(post.number, 503, now), 0.8 * HOUR)
    made.put(text("1", PAGE, "m.new", "сайн байна уу", 2900))
    VirtualTime(0.8 * HOUR).play(made, lambda post, now: made.answered(post.number, 200, now), 2 * HOUR)
    assert made.subscribed


def test_other_kinds_of_events_look_as_meta_sends_them() -> None:
    assert echo("7", PAGE, "m.1", "hi", None, 1.5) == {
        "sender": {"id": PAGE},
        "recipient": {"id": "7"},
        "timestamp": 1500,
        "message": {"mid": "m.1", "text": "hi", "is_echo": True},
    }
    assert postback("7", PAGE, "Start", "GET_STARTED", 1)["postback"]["payload"] == "GET_STARTED"
    assert delivery("7", PAGE, ["m.1"], 1)["delivery"] == {"mids": ["m.1"], "watermark": 1000}
    assert seen("7", PAGE, 1)["read"] == {"watermark": 1000}
