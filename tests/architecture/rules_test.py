#!/usr/bin/env python3
"""The rules that hold the repository together hold, and each of them is able to fail."""

import tempfile
import unittest
from pathlib import Path

import includes
import promises
import traces

ROOT = Path(__file__).resolve().parents[2]

TABLES = """
| folder | may include | libraries |
| --- | --- | --- |
| base | nothing of ours | |
| core | base | |
| ports | base, core | |
| stores/memory | base, core, ports | |
| stores/sqlite | base, core, ports | SQLite |
| dialects/* | base, core, ports/clock.h | |
| app | everything | |

| library | headers |
| --- | --- |
| SQLite | `sqlite3.h` |
| Boost | `boost/` |
"""


class Tree:
    """A small repository in a temporary folder."""

    def __init__(self, test: unittest.TestCase) -> None:
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("ARCHITECTURE.md", TABLES)

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def include_faults(self, name: str, *lines: str) -> list[str]:
        self.write(name, "\n".join(lines) + "\n")
        return includes.faults_in(self.root)


class Includes(unittest.TestCase):
    def test_this_repository_follows_them(self) -> None:
        self.assertEqual(includes.faults_in(ROOT), [])

    def test_what_is_allowed_passes(self) -> None:
        faults = Tree(self).include_faults(
            "src/stores/sqlite/store.cpp", '#include "stores/sqlite/store.h"', '#include "ports/store.h"',
            "#include <sqlite3.h>", "#include <vector>", "#include <sys/stat.h>")  # fmt: skip
        self.assertEqual(faults, [])

    def test_knowledge_never_points_back(self) -> None:
        faults = Tree(self).include_faults("src/core/code.cpp", "", '#include "ports/clock.h"')
        self.assertEqual(faults, ["src/core/code.cpp:2: core may not include ports/clock.h"])

    def test_adapters_do_not_know_each_other(self) -> None:
        faults = Tree(self).include_faults("src/stores/memory/a.h", '#include "stores/sqlite/store.h"')
        self.assertEqual(faults, ["src/stores/memory/a.h:1: stores/memory may not include stores/sqlite/store.h"])
        faults = Tree(self).include_faults("src/dialects/one/a.h", '#include "dialects/two/b.h"')
        self.assertEqual(faults, ["src/dialects/one/a.h:1: dialects/one may not include dialects/two/b.h"])

    def test_one_header_may_be_allowed_without_its_folder(self) -> None:
        self.assertEqual(Tree(self).include_faults("src/dialects/one/a.h", '#include "ports/clock.h"'), [])
        self.assertEqual(len(Tree(self).include_faults("src/dialects/one/a.h", '#include "ports/store.h"')), 1)

    def test_a_library_stays_in_its_folder(self) -> None:
        faults = Tree(self).include_faults("src/app/main.cpp", "#include <sqlite3.h>")
        self.assertEqual(faults, ["src/app/main.cpp:1: app may not use SQLite (sqlite3.h)"])
        faults = Tree(self).include_faults("src/ports/store.h", "#include <boost/asio.hpp>")
        self.assertEqual(faults, ["src/ports/store.h:1: ports may not use Boost (boost/asio.hpp)"])

    def test_an_unknown_library_is_a_question(self) -> None:
        faults = Tree(self).include_faults("src/app/main.cpp", "#include <curl/curl.h>")
        self.assertEqual(faults, ["src/app/main.cpp:1: <curl/curl.h> belongs to no library that ARCHITECTURE.md names"])

    def test_the_rules_are_pure(self) -> None:
        faults = Tree(self).include_faults("src/core/code.cpp", "#include <random>", "#include <time.h>")
        self.assertEqual(len(faults), 2)

    def test_only_tests_may_use_test_libraries(self) -> None:
        self.assertEqual(Tree(self).include_faults("src/core/code_test.cpp", "#include <gtest/gtest.h>"), [])
        self.assertEqual(len(Tree(self).include_faults("src/core/code.cpp", "#include <gtest/gtest.h>")), 1)

    def test_only_tests_may_put_the_store_in_memory(self) -> None:
        line = '#include "stores/memory/store.h"'
        self.assertEqual(Tree(self).include_faults("src/dialects/one/a_test.cpp", line), [])
        self.assertEqual(len(Tree(self).include_faults("src/dialects/one/a.cpp", line)), 1)

    def test_a_new_folder_needs_its_row(self) -> None:
        self.assertEqual(len(Tree(self).include_faults("src/billing/bill.h", "#include <string>")), 1)

    def test_linking_follows_the_same_table(self) -> None:
        tree = Tree(self)
        tree.write("src/ports/CMakeLists.txt", "dialproof_folder(ports USES base core)\n")
        tree.write("src/base/CMakeLists.txt", "dialproof_folder(base LINKS tl::expected)\n")
        tree.write("src/stores/memory/CMakeLists.txt", "dialproof_folder(memory_store USES ports)\n")
        tree.write("src/core/CMakeLists.txt",
                   "dialproof_folder(core USES base ports\n  LINKS x TEST_USES memory_store)\n")  # fmt: skip
        self.assertEqual(includes.faults_in(tree.root), ["src/core/CMakeLists.txt: core may not link ports"])


class Traces(unittest.TestCase):
    def test_no_file_names_a_machine(self) -> None:
        self.assertEqual(traces.faults_in(ROOT), [])

    def test_a_path_of_a_machine_is_found(self) -> None:
        tree = Tree(self)
        tree.write("docs/a.md", "first line\nsee /" + "home/alice/notes.txt\n")
        faults = traces.faults_in(tree.root)
        self.assertEqual(len(faults), 1)
        self.assertTrue(faults[0].startswith("docs/a.md:2: a path of one machine"), faults[0])

    def test_a_registry_is_found(self) -> None:
        tree = Tree(self)
        tree.write("package-lock.json", '{"resolved"' + ': "https://registry.example/x.tgz"}\n')
        self.assertEqual(len(traces.faults_in(tree.root)), 1)

    def test_paths_of_every_system_are_no_trace(self) -> None:
        tree = Tree(self)
        tree.write("deploy/unit", "ExecStart=/usr/bin/dialproof\nGET /v2/users/1/phone\n{user}/" + "home/x\n")
        self.assertEqual(traces.faults_in(tree.root), [])


class Promises(unittest.TestCase):
    def test_each_invariant_is_held(self) -> None:
        self.assertEqual(promises.faults_in(ROOT), [])

    def test_a_test_that_is_gone_is_missed(self) -> None:
        tree = Tree(self)
        tree.write("src/core/code_test.cpp", "TEST(Code, IsGood) {\n}\n")
        tree.write("tests/system/life_test.py", "class Life:\n    def test_it_lives(self) -> None:\n")
        tree.write("tests/contracts/one/01-case.txt", "")
        tree.write("tests/simulation/planted/leak.txt", "")
        named = "`Code.IsGood`, `test_it_lives`, `one/01-case.txt`, `planted/leak`"
        rows = f"| it holds | {named} |\n| it does not | `Code.IsGone` |\n| nobody knows | |\n"
        tree.write("ARCHITECTURE.md", "| invariant | held by |\n| --- | --- |\n" + rows)
        self.assertEqual(promises.faults_in(tree.root),
                         ["Code.IsGone does not exist, and should hold: it does not",
                          "no test holds: nobody knows"])  # fmt: skip


if __name__ == "__main__":
    unittest.main()
