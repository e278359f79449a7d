"""The parts of the documents that are written from the code: ``make docs`` (``python -m tests.documents``).

`tests.test_docs` compares them with what stands in the files, so a new file or rule cannot be left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from planner.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("geo", "casework", "planner", "maps", "api", "examples", "benchmarks")


def first_sentence(module: Path) -> str:
    """Return what a module says it is."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return re.split(r"(?<=[^.])\.(?: |$)", paragraph)[0].replace("``", "`")


def files() -> Iterator[str]:
    """Yield one line for every file of every room, room by room."""
    for room in ROOMS:
        yield from ("", f"**{room}**: {first_sentence(ROOT / room / '__init__.py')}", "")
        for module in sorted((ROOT / room).rglob("*.py")):
            if module.name != "__init__.py":
                yield f"- `{module.relative_to(ROOT / room).as_posix()}` · {first_sentence(module)}"
    yield ""


def rules() -> Iterator[str]:
    """Yield one row for every rule, in both languages."""
    yield from ("| code | | 规则 | rule |", "|--|--|--|--|")
    for rule in RULES:
        yield f"| `{rule.code}` | {'hard' if rule.hard else 'soft'} | {rule.sentence.zh} | {rule.sentence.en} |"


PARTS: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "files": ("ARCHITECTURE.md", files),
    "rules": ("docs/planning-model.md", rules),
}


def with_part(document: str, name: str, lines: Iterator[str]) -> str:
    """Return `document` with the part between its two marks written anew."""
    before, rest = document.split(f"<!-- {name} -->\n")
    _, after = rest.split(f"<!-- /{name} -->")
    return f"{before}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->{after}"


def main() -> None:
    """Write every part anew."""
    for name, (document, lines) in PARTS.items():
        path = ROOT / document
        path.write_text(with_part(path.read_text(encoding="utf-8"), name, lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
