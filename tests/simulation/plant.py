#!/usr/bin/env python3
"""Copies a source file with one text replaced: plant.py BUG SOURCES OUT

BUG says which file, and what stands there instead of what (see planted/). The build fails where that text is
not in the file exactly once: then the product has changed, and the bug has to be planted anew.
"""

import sys
from pathlib import Path


def main() -> None:
    bug, sources, out = map(Path, sys.argv[1:])
    head, rest = bug.read_text().split("--- from\n")
    old, new = rest.split("\n--- to\n")
    name = next(line.removeprefix("file ") for line in head.splitlines() if line.startswith("file "))
    text = (sources / name).read_text()
    found = text.count(old)
    if found != 1:
        sys.exit(f"{bug.name}: its text stands {found} times in {name}, expected once")
    target = out / Path(name).relative_to("src")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(old, new.removesuffix("\n")))


if __name__ == "__main__":
    main()
