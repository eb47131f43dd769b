#!/usr/bin/env python3
"""Holds the include rules of ARCHITECTURE.md: reads its two tables and every #include under src/.

    includes.py [ROOT]      prints what breaks a rule, one line each, and fails if there is any

The tables are found by their head rows, "| folder | may include | libraries |" and "| library | headers |".
"""

import fnmatch
import re
import sys
from dataclasses import dataclass
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
USES = re.compile(r"dialproof_folder\(\s*(\w+)([^)]*)\)", re.DOTALL)
ARGUMENTS = re.compile(r"\b(USES|TEST_USES)\s+((?:(?!\b(?:USES|TEST_USES|LINKS|PCH)\b)\S+\s*)+)")
EVERYTHING = "everything"

# In folders of pure rules and protocols nothing waits, reads a clock or touches the outside.
PURE_FOLDERS = ("core", "wire", "wire/smpp")
IMPURE_HEADERS = {
    "condition_variable", "cstdio", "filesystem", "fstream", "future", "iostream", "mutex", "random",
    "shared_mutex", "stdio.h", "stop_token", "thread",
}  # fmt: skip
SYSTEM_HEADER = re.compile(r"^(sys|netinet|arpa|net|linux)/|^(unistd|fcntl|signal|poll|pthread|sched|time|errno|"
                           r"netdb|pwd|syslog|execinfo|termios|dirent|limits|stdint|stddef|string|stdlib)\.h$")  # fmt: skip
TEST_FILE = re.compile(r"(_test\.cpp|/test_\w+\.(h|cpp))$")
TEST_LIBRARIES = ("gtest/", "gmock/", "rapidcheck.h", "rapidcheck/")
# The store that tests put in place of a real one, and digests, of which a fake would prove nothing.
TEST_FOLDERS = ["stores/memory", "platform"]


@dataclass
class Folder:
    pattern: str
    may_include: list[str]
    libraries: list[str]


@dataclass
class Rules:
    folders: list[Folder]
    libraries: dict[str, list[str]]  # "SQLite": ["sqlite3.h"]

    def folder_of(self, path: str) -> Folder | None:
        """The folder whose pattern matches where `path` (from src/) lies; the longest pattern wins."""
        parts = path.split("/")[:-1]
        for depth in range(len(parts), 0, -1):
            where = "/".join(parts[:depth])
            for folder in self.folders:
                if fnmatch.fnmatchcase(where, folder.pattern) and where.count("/") == folder.pattern.count("/"):
                    return folder
        return None

    def library_of(self, header: str) -> str | None:
        for name, prefixes in self.libraries.items():
            if any(header == p or (p.endswith("/") and header.startswith(p)) for p in prefixes):
                return name
        return None


def table(text: str, head: list[str]) -> list[list[str]]:
    rows, inside = [], False
    for line in text.splitlines():
        cells = [c.strip().replace("`", "") for c in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            inside = False
        elif cells == head:
            inside = True
        elif inside and not set("".join(cells)) <= set("-: "):
            rows.append(cells)
    if not rows:
        sys.exit(f"ARCHITECTURE.md has no table with the head {head}")
    return rows


def names(cell: str) -> list[str]:
    return [n.strip() for n in cell.split(",") if n.strip() not in ("", "nothing of ours")]


def read_rules(root: Path) -> Rules:
    text = (root / "ARCHITECTURE.md").read_text()
    folders = [
        Folder(pattern, names(may), names(libraries))
        for cell, may, libraries in table(text, ["folder", "may include", "libraries"])
        for pattern in names(cell)
    ]
    libraries = {name: names(headers) for name, headers in table(text, ["library", "headers"])}
    return Rules(folders, libraries)


def where_of(path: str, folder: Folder) -> str:
    """The concrete folder: senders/file for a file that the pattern senders/* matched."""
    return "/".join(path.split("/")[: folder.pattern.count("/") + 1])


def fault_of(rules: Rules, path: str, quote: str, header: str) -> str | None:
    folder = rules.folder_of(path)
    if folder is None:
        return "lies in a folder that ARCHITECTURE.md does not name"
    own = where_of(path, folder)
    is_test = TEST_FILE.search(path) is not None

    if quote == '"':
        if header.startswith(own + "/") or EVERYTHING in folder.may_include or "/" not in header:
            return None  # without a folder in it: made by the build, beside the file
        for allowed in folder.may_include + (TEST_FOLDERS if is_test else []):
            if header == allowed or header.startswith(allowed + "/"):
                return None
        if header.endswith(".pb.h") and "protobuf" in folder.libraries:
            return None  # made by the build from proto/
        return f"{own} may not include {header}"

    library = rules.library_of(header)
    if library is not None:
        return None if library in folder.libraries else f"{own} may not use {library} ({header})"
    if is_test and header.startswith(TEST_LIBRARIES):
        return None
    is_system = SYSTEM_HEADER.match(header) is not None
    if own in PURE_FOLDERS and not is_test and (is_system or header in IMPURE_HEADERS):
        return f"{own} is pure and may not include <{header}>"
    if is_system or re.fullmatch(r"[a-z_0-9]+", header):
        return None
    return f"<{header}> belongs to no library that ARCHITECTURE.md names"


def include_faults(root: Path, rules: Rules) -> list[str]:
    faults = []
    for file in sorted((root / "src").rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        path = file.relative_to(root / "src").as_posix()
        for number, line in enumerate(file.read_text().splitlines(), 1):
            include = INCLUDE.match(line)
            fault = include and fault_of(rules, path, include.group(1), include.group(2))
            if fault:
                faults.append(f"src/{path}:{number}: {fault}")
    return faults


def link_faults(root: Path, rules: Rules) -> list[str]:
    """What CMake links follows the same table."""
    where, uses = {}, []
    for file in sorted((root / "src").rglob("CMakeLists.txt")):
        folder = file.parent.relative_to(root / "src").as_posix()
        for target, arguments in USES.findall(file.read_text()):
            where[target] = folder
            for keyword, words in ARGUMENTS.findall(arguments):
                uses += [(folder, name, keyword == "TEST_USES") for name in words.split()]
    faults = []
    for folder, target, is_test in uses:
        rule = rules.folder_of(folder + "/CMakeLists.txt")
        if rule is None:
            faults.append(f"src/{folder}: ARCHITECTURE.md does not name this folder")
            continue
        allowed = {a.rsplit("/", 1)[0] if a.endswith(".h") else a for a in rule.may_include}
        if target.endswith("_proto") and "protobuf" in rule.libraries:
            continue  # made from proto/
        if is_test and where.get(target) in TEST_FOLDERS:
            continue
        if EVERYTHING not in allowed and where.get(target) not in allowed:
            faults.append(f"src/{folder}/CMakeLists.txt: {folder} may not link {target}")
    return faults


def faults_in(root: Path) -> list[str]:
    rules = read_rules(root)
    return include_faults(root, rules) + link_faults(root, rules)


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    faults = faults_in(root)
    print("\n".join(faults) if faults else "every include follows ARCHITECTURE.md")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
