"""What stands behind a number that counts something: money, years, days, people. Such a number is nobody's."""

from __future__ import annotations

import re

MONEY = (
    r"\s{0,2}(?:[₮$€₩¥₽£]|(?:төг|tugr|togr|tögr|мянг|myang|mynga|тэрбум|доллар|dollar|евро|юань|рубл|иен|вон[ыотдг])\w*"
    r"|(?:туг|tug|сая|saya|вон|won|mnt|usd|eur|krw|cny|rub|jpy|gbp|euros?|yuan|yen|[원元円])(?!\w))"
)
COUNTED = (
    rf"(?:{MONEY}|\s{{0,2}}(?:[%°]|(?:хоног|honog|khonog|удаа|udaa|хувь|huvi|километр|минут|minut|секунд|дней|человек)\w*"
    r"|(?:хүн|hun)(?:ий|ээс|тэй|ii|ees|tei)?\w{0,1}(?!\w)|(?:нас|nas)(?:тай|ны|анд|tai|nii|ni|and)?(?!\w)"
    r"|(?:цаг|tsag|cag)(?:ийн|аас|т|iin|aas|t)?(?!\w)|(?:жил|jil)(?:ийн|ээс|д|iin|ees|d)?(?!\w)|сартай(?!\w)"
    r"|(?:км|km|кг|kg|м2|m2|mb|gb|am|pm|days?|people|persons?|hours?|years?|minutes?|лет|года|명|年间|人)(?!\w)))"
)
"""Patterns of what follows right behind such a number; for `re.IGNORECASE`."""
YEAR = r"\s{0,2}-?(?:он(?:ы|д|оос|ын|той)?|on[diy]?|onii|onoos|ony|year|года?|году|г\.|жил|jil|년|年)(?!\w)"
"""Pattern of what makes the number before it a year."""
_MONEY = re.compile(MONEY, re.IGNORECASE)


def is_money(text: str, end: int) -> bool:
    """Whether the number of `text` that ends at `end` is a sum of money."""
    return _MONEY.match(text, end) is not None
