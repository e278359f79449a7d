r"""How strings that people typed get into a page without running there.

Folium pastes tooltips, popups and icons into JavaScript template literals, so `html.escape` alone is not enough:
a backtick, ``${…}``, ``{{…}}`` or a backslash must not survive either. Every user string passes `escape`; data that
scripts read passes `embed_json` and reaches the page as text nodes only.
"""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

from markupsafe import Markup

_TEMPLATE_LITERAL = str.maketrans({character: f"&#{ord(character)};" for character in "`$\\{}"})
_SCRIPT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
_DIALLED = re.compile(r"\+?\d[\d\-() ]{1,22}\d")


def escape(value: object) -> Markup:
    """Return `value` as text that is inert in HTML, in attributes and in JavaScript template literals.

    Markup that this house made itself passes unchanged.
    """
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(str(value), quote=True).translate(_TEMPLATE_LITERAL))  # noqa: S704  escaped here


def embed_json(data: object) -> Markup:
    """Return `data` as JSON that cannot leave the ``<script type="application/json">`` around it."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_SCRIPT))  # noqa: S704  no <, > or & is left


def dial(phone: str) -> str:
    """Return a ``tel:`` link for what looks like a telephone number, else an empty string."""
    if _DIALLED.fullmatch(phone.strip()) is None:
        return ""
    return "tel:" + quote(re.sub(r"[^\d+]", "", phone), safe="+")
