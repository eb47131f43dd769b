#!/usr/bin/env python3
"""Each test that ARCHITECTURE.md names beside an invariant exists, and each bug that a test proves to be noticed.

    promises.py [ROOT]      prints those that do not, and fails if there are any
"""

import re
import sys
from pathlib import Path

from includes import table

HEAD = ["invariant", "held by"]
CASE = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+)", re.MULTILINE)
METHOD = re.compile(r"^    def (test_\w+)\(", re.MULTILINE)


def tests_of(root: Path) -> set[str]:
    """All tests, by the names that the page uses for them."""
    found = set()
    for file in [*(root / "src").rglob("*_test.cpp"), *(root / "tests").rglob("*_test.cpp")]:
        found |= {f"{suite}.{name}" for suite, name in CASE.findall(file.read_text())}
    for file in (root / "tests").rglob("*_test.py"):
        found |= set(METHOD.findall(file.read_text()))
    found |= {f"planted/{bug.stem}" for bug in (root / "tests" / "simulation" / "planted").glob("*.txt")}
    contracts = root / "tests" / "contracts"
    return found | {f.relative_to(contracts).as_posix() for f in contracts.rglob("*.txt")}


def faults_in(root: Path) -> list[str]:
    there = tests_of(root)
    faults = []
    for invariant, held_by in table((root / "ARCHITECTURE.md").read_text(), HEAD):
        named = [name.strip() for name in held_by.split(",") if name.strip()]
        if not named:
            faults.append(f"no test holds: {invariant}")
        faults += [f"{name} does not exist, and should hold: {invariant}" for name in named if name not in there]
    return faults


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    faults = faults_in(root)
    print("\n".join(faults) if faults else "each invariant is held by tests that exist")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
