"""The documents say what the code does: their examples run, their commands exist, their links lead somewhere."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli_parser import parser
from tests.documents import PARTS, ROOT, with_part

DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")})
USERS_GUIDE = (ROOT / "README.md").read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield document and content of every fenced block in `language`."""
    fence = re.compile(rf"^( *)```{language}\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
    for document in DOCUMENTS:
        for _, content in fence.findall(document.read_text(encoding="utf-8")):
            yield name_of(document), content


def console_commands() -> Iterator[tuple[str, list[str]]]:
    """Yield document and words of every command shown at a prompt, Windows' too."""
    for language, start in (("console", "$ "), ("powershell", "")):
        for document, content in blocks(language):
            for line in content.splitlines():
                if line.startswith(start) and line.strip():
                    yield document, shlex.split(line.removeprefix(start).replace("\\", "/"))


def commands() -> set[str]:
    made = next(action for action in parser("en")._actions if isinstance(action, argparse._SubParsersAction))
    return set(made.choices)


def test_every_python_example_runs() -> None:
    examples = list(blocks("python"))
    assert examples
    for document, content in examples:
        exec(compile(content, document, "exec"), {"__name__": "example"})


def test_every_command_shown_is_one_that_can_be_given() -> None:
    shown = [(document, words) for document, words in console_commands() if words[0].endswith("wuzao")]
    assert {words[1] for _, words in shown} == commands()
    for document, words in shown:
        try:
            parser("en").parse_args(words[1:])
        except SystemExit:
            pytest.fail(f"{document} shows a command that is refused: {shlex.join(words)}")


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {words[1] for _, words in console_commands() if words[0] == "make"}
    shown |= set(re.findall(r"`make ([a-z]+)`", "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)))
    assert {"demo", "test"} <= shown <= targets


@pytest.mark.parametrize("half", [0, 1], ids=["Chinese", "English"])
def test_the_readme_names_every_command_in_both_languages(half: int) -> None:
    chinese, english = USERS_GUIDE.split("\n# Wuzao (五早) in English\n")
    part = (chinese, english)[half]
    for command in sorted(commands()):
        assert f"| `wuzao {command}` |" in part


@pytest.mark.parametrize("part", PARTS)
def test_what_is_written_from_the_code_is_current(part: str) -> None:
    document, lines = PARTS[part]
    text = (ROOT / document).read_text(encoding="utf-8")
    assert text == with_part(text, part, lines()), f"{document} is out of date: make docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), f"{name_of(document)} links to {target}"


def test_the_glossary_has_the_words_of_the_house() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = "Community Boundary Gate Violation Officer Shift Crew Visit ArrivalWindow TravelTimeMatrix Stop Route"
    for word in [*words.split(), "WeeklyPlan", "BrokenRule", "CoverageGap"]:
        assert f"`{word}`" in text, word
