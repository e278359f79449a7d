"""What may be read of a record outside the squad's files: no telephone number of whoever reported it."""

from __future__ import annotations

import re

_PHONE = re.compile(r"\+?\(?\d(?:[^\w\n,;:，。；：、]{0,2}\d){5,}")
_DATE = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}")


def mask_phones(text: str) -> str:
    """Return `text` with every number of seven digits or more reduced to its first three and last two.

    People type reporters' telephone numbers into notes and places too, with any sign between the digits; a room number
    that looks like one is masked with them.
    """

    def mask(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return match[0] if len(digits) < 7 or _DATE.fullmatch(match[0]) else f"{digits[:3]}…{digits[-2:]}"

    return _PHONE.sub(mask, text)
