"""What a channel can hand over: what citizens did, and people who answer them outside our desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dialogs.understanding import Understanding


class SharedKind(StrEnum):
    """What a citizen can send besides words."""

    PHOTO = "photo"
    STICKER = "sticker"
    VOICE = "voice"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True)
class Started:
    """`payload` is what an entry link carried; `service_id` the service it opens, once its signature was checked."""

    payload: str = ""
    service_id: str = ""
    kind: Literal["started"] = "started"


@dataclass(frozen=True)
class FileOffer:
    """A file that the channel can fetch: `source` is its own name for it (an id or an address), `size` in bytes or 0.

    `media_type` and `name` are what the sender claims; what it really is is seen when it is there.
    """

    source: str
    size: int = 0
    media_type: str = ""
    name: str = ""


@dataclass(frozen=True)
class Shared:
    """Sent besides words; what was written with it is `Words`. `own` is True for the sender's own contact card."""

    what: SharedKind
    ref: str = ""
    file: FileOffer | None = None
    own: bool = False
    kind: Literal["shared"] = "shared"


@dataclass(frozen=True)
class Words:
    """What was written, before anybody understood it; the assistant makes it `Said`."""

    text: str
    ref: str = ""
    shared: Shared | None = None  # the picture or file it was written under
    kind: Literal["words"] = "words"


@dataclass(frozen=True)
class Said:
    """`ref` is the channel's id of the message, so that it can be hidden later."""

    text: str
    understanding: Understanding
    ref: str = ""
    shared: Shared | None = None
    kind: Literal["said"] = "said"


@dataclass(frozen=True)
class Pressed:
    """A button: the number of its offer and its place there, counted from 0."""

    offer: int
    choice: int
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True)
class Edited:
    """An earlier message was changed to `text`: effects are never run again."""

    text: str = ""
    ref: str = ""
    kind: Literal["edited"] = "edited"


@dataclass(frozen=True)
class Left:
    """The citizen blocked the bot: nothing reaches them until they write again."""

    kind: Literal["left"] = "left"


@dataclass(frozen=True)
class Returned:
    """The citizen unblocked the bot."""

    kind: Literal["returned"] = "returned"


@dataclass(frozen=True)
class AddressedInGroup:
    """Somebody spoke to the bot where others read along: answers are given in private chats only."""

    kind: Literal["addressed-in-group"] = "addressed-in-group"


@dataclass(frozen=True)
class SpokenElsewhere:
    """A person answered the citizen from another inbox of the page: that is an agent taking over."""

    text: str = ""
    ref: str = ""
    at: datetime | None = None  # when it was said, where the platform says so
    kind: Literal["spoken-elsewhere"] = "spoken-elsewhere"


@dataclass(frozen=True)
class Unsupported:
    """The platform sent something this version has no word for."""

    kind: Literal["unsupported"] = "unsupported"


# What a channel can hand over.
Incoming = (
    Started | Words | Pressed | Shared | Edited | Left | Returned | AddressedInGroup | SpokenElsewhere | Unsupported
)
# The same once words are understood: what `step` is given of it.
FromCitizen = (
    Started | Said | Pressed | Shared | Edited | Left | Returned | AddressedInGroup | SpokenElsewhere | Unsupported
)
