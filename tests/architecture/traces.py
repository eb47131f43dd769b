#!/usr/bin/env python3
"""No tracked file names somebody's machine: no home folder, no registry that a lock file was made with.

    traces.py [ROOT]        prints each such line and fails if there is any
"""

import re
import subprocess
import sys
from pathlib import Path

# Written so that this file does not match itself.
HOMES = ("home", "root", "Users", "work", "workspace", "mnt")
TRACES = [
    (re.compile(r"(?<![\w./~:$}-])/(?:%s)/[\w.-]+" % "|".join(HOMES)), "a path of one machine"),
    (re.compile(r'"resolved"\s*:\s*"http'), "the registry that a lock file was made with"),
]


def files_of(root: Path) -> list[Path]:
    """Tracked and new files; in an unpacked archive, which has no history, all that are not built."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        return [root / name for name in listed.stdout.decode().split("\0") if name]
    return [p for p in root.rglob("*") if not {"build", "node_modules"} & set(p.relative_to(root).parts)]


def faults_in(root: Path) -> list[str]:
    faults = []
    for file in files_of(root):
        if not file.is_file():
            continue
        data = file.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
            for pattern, what in TRACES:
                found = pattern.search(line)
                if found:
                    faults.append(f"{file.relative_to(root)}:{number}: {what}: {found.group(0)}")
    return faults


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    faults = faults_in(root)
    print("\n".join(faults) if faults else "no file names a machine")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
