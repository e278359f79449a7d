"""Every visible word of a page goes through translation: none is written into a template or a script."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

FOLDER = Path(str(files("api").joinpath("pages")))
CHINESE = re.compile(r"[\u3400-\u9fff]")
SAID = re.compile(r"\b(?:title|alt|placeholder|aria-label)=\"([^\"]*)\"")
NAMES = re.compile(r"\bWGS84\b")
"""Words that are the same in both languages."""

LETTERS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")


@pytest.mark.parametrize("template", sorted((FOLDER / "templates").glob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}|<kbd>.*?</kbd>", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    visible = re.sub(r"<(script|style)\b.*?</\1>|<!doctype[^>]*>", "", text, flags=re.DOTALL)
    assert not [said for said in SAID.findall(visible) if LETTERS.search(said)]
    assert not LETTERS.findall(NAMES.sub("", re.sub(r"<[^>]*>", " ", visible)))


@pytest.mark.parametrize("script", sorted((FOLDER / "static").glob("*.js")), ids=lambda path: path.name)
def test_a_script_says_nothing_of_its_own(script: Path) -> None:
    text = re.sub(r"/\*.*?\*/|^\s*//.*$", "", script.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert not CHINESE.findall(text)
    sentences = re.findall(r"\"([A-Z][a-z]+ [a-z]+[^\"]*)\"", text)
    assert not sentences
