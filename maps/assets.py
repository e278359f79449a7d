"""Pages that carry their own scripts and styles: every link that Folium writes is swapped for its content here.

The content comes from the wheel `folium-offline`, which holds the files of Folium 0.20 keyed by their addresses.
A content-security policy made of the scripts' own hashes goes with them: what is not ours does not run, and nothing
is fetched.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from offlinefolium.elements import _res as carried

from maps.errors import MissingAssetError


@dataclass(frozen=True, slots=True)
class MapParts:
    """A Folium map taken apart: what a page must carry to show it.

    Attributes
    ----------
    styles, libraries
        Contents of the style sheets and scripts the map's layers use, in order.
    body
        The element the map is drawn in.
    script
        The code that draws it.
    """

    styles: tuple[str, ...]
    libraries: tuple[str, ...]
    body: str
    script: str


def take_apart(picture: folium.Map) -> MapParts:
    """Render a map with every link replaced by what it points to."""
    figure = picture.get_root()
    if not isinstance(figure, Figure):
        msg = "a map is drawn in a figure"
        raise MissingAssetError(msg)
    for child in figure._children.values():  # noqa: SLF001  branca offers no other way to its children
        child.render()
    header = figure.header._children  # noqa: SLF001  as above
    links = [child for name, child in header.items() if name != picture.get_name()]
    return MapParts(
        styles=tuple(content(link.url) for link in links if isinstance(link, CssLink)) + tuple(_inline_styles(links)),
        libraries=tuple(content(link.url) for link in links if isinstance(link, JavascriptLink)),
        body=figure.html.render(),
        script=figure.script.render(),
    )


def content(url: str) -> str:
    """Return the content of a script or style sheet by the address Folium gives it."""
    try:
        text: str = carried[url]
    except KeyError:
        raise MissingAssetError(f"no installed package carries {url}") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=.*?\*/", "", text)


@cache
def own(name: str) -> str:
    """Return one of this room's own scripts or style sheets."""
    return files("maps").joinpath("static", name).read_text(encoding="utf-8")


def security_policy(scripts: list[str]) -> str:
    """Return a content-security policy under which exactly `scripts` run and nothing is loaded."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _inline_styles(children: list[Element]) -> list[str]:
    blocks = [child.render() for child in children if not isinstance(child, CssLink | JavascriptLink)]
    return [style for block in blocks for style in re.findall(r"<style>(.*?)</style>", block, re.DOTALL)]
