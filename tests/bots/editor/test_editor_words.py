"""Every word of the catalogue that the editor shows has a name there."""

from bots.editor.field_values import all_values
from bots.editor.words import CATEGORIES, FIELDS, LIFE_EVENTS, OPTIONS
from dialogs.services import Category, Delivery, Level, LifeEvent, Usable
from tests.bots.staff_parts import SERVICES


def test_every_category_and_life_event_has_a_name() -> None:
    assert (set(CATEGORIES), set(LIFE_EVENTS)) == (set(Category), set(LifeEvent))


def test_every_choice_of_the_form_is_offered() -> None:
    offered = (set(OPTIONS["usable"]), set(OPTIONS["proof"]), set(OPTIONS["delivery"]))
    assert offered == (set(Usable), set(Level), set(Delivery))


def test_every_field_that_is_compared_has_a_name() -> None:
    for service in SERVICES.values():
        assert set(all_values(service)) <= set(FIELDS)
