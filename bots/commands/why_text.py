"""`tuslakh ask --why` for people: the steps of a message, one below the other, what counts as small bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogs.services import Catalogue
from nlu.understanding import End
from nlu.why import Why
from nlu.why_candidates import CandidateWhy
from nlu.why_found import FoundWhy

_LABEL = 42
_BAR = 24
_OF_A_BAR = 0.5
"""What one sign of a bar stands for."""
_FAINT = 0.005
"""What counts less is not printed."""
_NAMES = ("the whole message", "its first need", "its second need")
_CHECKS = {
    "nothing": "any service fits",
    "faint": "first, to be offered",
    "faint_named": "first, to be offered (a name)",
    "sure": "first, to be told",
    "lead": "first before the second",
}


def why_as_text(told: Why, catalogue: Catalogue) -> str:
    lines = [*_way(told)]
    for place, found in enumerate((told.whole, *told.parts)):
        lines += (*_heading(f"{_NAMES[place]}: {found.text}"), *_found(found, catalogue)) if found else ()
    return "\n".join(lines)


def _way(told: Why) -> Iterator[str]:
    yield from _heading("how it was read")
    yield from _row("text", told.text)
    for word in told.words:
        yield from _row("", f"{word.text}  {word.script}  {' '.join(word.keys)}{'' if word.counts else '  (no need)'}")
    yield from _row("the encoder reads", told.read_as)
    for one in told.entities:
        yield from _row(one.kind.value, f"{one.shown}  {one.value}".rstrip())
    yield from _row("greeting", told.command.greeting)
    yield from _row("command, whole", told.command.whole)
    yield from _row("command inside", told.command.inside)
    danger = told.danger
    meant = "" if danger.meant is None else f", means {danger.meant:+.1f}"
    said = f"{_yes(danger.found)} (phrase listed: {_yes(danger.listed)}, sounds {danger.sounds:+.1f}{meant})"
    yield from _row("danger", said)
    yield from _aspect(told)
    yield from _row("settled by", told.end)
    yield from _splits(told)


def _aspect(told: Why) -> Iterator[str]:
    if (about := told.aspect) is None:
        return
    heard = f", encoder {about.heard} {about.chance:.0%}, names no service {about.follows:.0%}" if about.heard else ""
    yield from _row("aspect", f"{about.taken or 'none'} (phrases: {about.listed or 'none'}{heard})")


def _splits(told: Why) -> Iterator[str]:
    if told.end is End.NEED and not told.splits:
        likely = told.whole is not None and told.whole.first >= told.tried_below
        said = f"not looked for, the first has {told.tried_below:.0%}" if likely else "no place to part it"
        yield from _row("two needs", said)
    for split in told.splits:
        verdict = "taken" if split.taken else "not taken" if split.two else "not two different needs"
        yield from _row("two needs", f"{split.left} | {split.right}  {split.likely:.0%} of {split.half:.0%}: {verdict}")


def _found(found: FoundWhy, catalogue: Catalogue) -> Iterator[str]:
    yield from _row("another state's", " ".join(found.taken_away) or ("all of it" if found.other_country else ""))
    yield from _row("words compared", " ".join(found.said))
    yield from _row("official words meant", " ".join(found.meant))
    yield f"  is it a need: {found.need:.1%}"
    yield from _bars((sign.label.en, sign.counts, "") for sign in found.signs)
    if found.correction:
        of = found.correction
        yield f"  measured for {of.group} messages: the first's {of.before:.1%} is {of.after:.1%}"
    for check in found.checks:
        yield f"  {_CHECKS[check.name]:<{_LABEL}} {check.value:6.1%} of {check.limit:6.1%}  {_yes(check.holds)}"
    yield f"  by itself: {found.action}"
    if found.named:
        yield "  the words are a name of services, so they are offered all the same"
    if found.doubt:
        yield f"  not told at once: {found.doubt.en}"
    for place, candidate in enumerate(found.candidates, 1):
        yield from _candidate(place, candidate, catalogue)


def _candidate(place: int, candidate: CandidateWhy, catalogue: Catalogue) -> Iterator[str]:
    service = catalogue.services[candidate.service_id]
    counts = f"{candidate.counts:.2f}" if place == 1 else f"{candidate.counts:.2f}, {candidate.ahead:+.2f} to the first"
    yield f"  {place:2}. {candidate.probability:6.1%}  {service.title.mn}  ({service.id}): {counts}"
    if candidate.nearest:
        yield f"      nearest in meaning: {candidate.nearest}"
    yield from _bars(
        (share.label.en, share.counts, f"{share.ahead:+7.2f}" if place > 1 else " " * 7) for share in candidate.shares
    )


def _bars(rows: Iterable[tuple[str, float, str]]) -> Iterator[str]:
    for label, counts, beside in rows:
        if abs(counts) >= _FAINT:
            bar = ("█" if counts > 0 else "░") * min(_BAR, round(abs(counts) / _OF_A_BAR))
            yield f"      {label:<{_LABEL}} {counts:+7.2f} {beside} {bar}".rstrip()


def _heading(words: str) -> Iterator[str]:
    yield f"  --- {words}"


def _row(name: str, value: str | None) -> Iterator[str]:
    if value:
        yield f"  {name:<21} {value}"


def _yes(found: bool) -> str:
    return "yes" if found else "no"
