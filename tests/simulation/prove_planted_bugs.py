#!/usr/bin/env python3
"""Shows that the simulation notices: prove_planted_bugs.py FOLDER [--seeds N] [--jobs N] [--results FILE]

FOLDER holds the programs. Each one with a planted bug must fail within N seeds, and say which invariant did not
hold; the one without must pass all of them. With --results it leaves a report for tools/test-summary.
"""

import argparse
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BUGS = Path(__file__).resolve().parent / "planted"
FAILURE = re.compile(r"^seed (\d+) after \d+ steps: (.*)$", re.MULTILINE)


class Run:
    """One program that played its seeds."""

    def __init__(self, program: Path, seeds: int) -> None:
        began = time.monotonic()
        ended = subprocess.run([program, "--seeds", str(seeds)], capture_output=True, text=True, check=False,
                               errors="replace")  # fmt: skip
        self.seconds = time.monotonic() - began
        self.passed = ended.returncode == 0
        found = FAILURE.search(ended.stdout)
        self.seed, self.invariant = (int(found[1]), found[2]) if found else (None, "")
        self.output = ended.stdout + ended.stderr

    @property
    def noticed(self) -> bool:
        """It failed because an invariant did not hold, and not in any other way."""
        return not self.passed and self.seed is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()

    names = sorted(bug.stem for bug in BUGS.glob("*.txt"))
    programs = [options.folder / "simulation"] + [options.folder / f"simulation_with_{name}" for name in names]
    with ThreadPoolExecutor(options.jobs) as pool:
        sound, *planted = pool.map(lambda program: Run(program, options.seeds), programs)

    report = ElementTree.Element("testsuite")
    good = True
    for name, run, fine in [("(none)", sound, sound.passed)] + [(n, r, r.noticed) for n, r in zip(names, planted)]:
        good = good and fine
        says = f"seed {run.seed}: {run.invariant}" if run.seed is not None else f"nothing in {options.seeds} seeds"
        print(f"{'ok    ' if fine else 'FAILED'} {name:22} {says}")
        if not fine and run.seed is None and not run.passed:
            print(run.output[-2000:])
        ElementTree.SubElement(report, "testcase", name=f"planted.{name}", status="run" if fine else "fail",
                               time=f"{run.seconds:.3f}")  # fmt: skip
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        ElementTree.ElementTree(report).write(options.results)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
