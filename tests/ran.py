"""What a test run must have run, judged from pytest's JUnit file: ``python -m tests.ran junit.xml``.

A suite that quietly skips its browser tests, or its tests on real data where that data is at hand, is no proof.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "shanghai_center"


def outcomes(junit: Path) -> Counter[tuple[str, str]]:
    """Count tests by marker ("" for all tests) and outcome ("passed", "skipped", "failed")."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in ET.parse(junit).iter("testcase"):
        tags = {child.tag for child in case}
        outcome = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        markers = {prop.get("value", "") for prop in case.iter("property") if prop.get("name") == "marker"}
        for marker in {"", *markers}:
            counts[marker, outcome] += 1
    return counts


def complaints(counts: Counter[tuple[str, str]], *, real_data_is_here: bool) -> list[str]:
    """Return what is wrong with a run, one sentence each; nothing where it is complete."""
    required = ["browser", "real"] if real_data_is_here else ["browser"]
    found = [f"no test marked '{marker}' passed" for marker in required if not counts[marker, "passed"]]
    forgivable = 0 if real_data_is_here else counts["real", "skipped"]
    if counts["", "skipped"] > forgivable:
        found.append(f"{counts['', 'skipped'] - forgivable} tests were skipped")
    if counts["", "failed"]:
        found.append(f"{counts['', 'failed']} tests failed")
    return found


def main(arguments: Sequence[str]) -> int:
    """Print what a run lacks; 0 where it lacks nothing."""
    found = complaints(outcomes(Path(arguments[0])), real_data_is_here=REAL_DATA.is_dir())
    for sentence in found:
        sys.stderr.write(f"The run does not count: {sentence}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
