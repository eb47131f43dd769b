"""data/api-viewer is what tools/api-viewer makes of the package that its lock file names."""

import gzip
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


def unpacked(file: Path) -> bytes:
    """Two versions of zlib may pack the same bytes differently."""
    content = file.read_bytes()
    return gzip.decompress(content) if file.suffix == ".gz" else content


class ApiViewer(unittest.TestCase):
    def test_the_committed_files_are_what_the_lock_file_gives(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="dialproof-"))
        self.addCleanup(shutil.rmtree, folder)
        tool, made = folder / "tool", folder / "made"
        shutil.copytree(ROOT / "tools/api-viewer", tool, ignore=shutil.ignore_patterns("node_modules"))
        for command in (["npm", "ci"], ["node", "build.mjs", str(made)]):
            done = subprocess.run(command, cwd=tool, capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        committed = ROOT / "data/api-viewer"
        self.assertEqual(sorted(file.name for file in made.iterdir()), sorted(file.name for file in committed.iterdir()))
        for file in made.iterdir():
            with self.subTest(file.name):
                self.assertTrue(unpacked(file) == unpacked(committed / file.name), "other content")
