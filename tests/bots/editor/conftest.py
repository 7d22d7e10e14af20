"""The ministry of `tests.bots.staff_parts` for the tests of this folder."""

from tests.bots.staff_parts import house as house
