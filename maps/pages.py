"""Whole pages: a template, a map and the words of one language, put together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geo.text import Language, Text
from maps.assets import MapParts, own, security_policy
from maps.escape import embed_json, escape


def page(
    name: str,
    parts: MapParts,
    words: Mapping[str, Text],
    language: Language,
    data: Mapping[str, object],
    context: Mapping[str, object],
) -> str:
    """Return a complete HTML page that loads nothing.

    Parameters
    ----------
    name
        ``templates/<name>.html``, ``static/<name>.js`` and ``static/<name>.css``.
    parts
        The map.
    words
        Every visible string of the page, also handed to its script.
    data
        What the page's script reads, by name; each becomes a JSON block that cannot run.
    context
        What the template reads.
    """
    said = {key: text.say(language) for key, text in words.items()}
    scripts = [*parts.libraries, own("base.js"), parts.script, own(f"{name}.js")]
    scripts = ["\n" + script.strip() + "\n" for script in scripts]
    styles = [*parts.styles, own("base.css"), own(f"{name}.css")]
    blocks = {**data, "words": said}
    return (
        _environment()
        .get_template(f"{name}.html")
        .render(
            context,
            lang="zh-CN" if language == "zh" else "en",
            w=said,
            # the house's own code and data blocks, not what users typed
            policy=security_policy(scripts),
            styles=[Markup(style) for style in styles],  # noqa: S704  as above
            scripts=[Markup(script) for script in scripts],  # noqa: S704  as above
            blocks={key: embed_json(value) for key, value in blocks.items()},
            map=Markup(parts.body),  # noqa: S704  as above
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("maps"),
        autoescape=True,
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
