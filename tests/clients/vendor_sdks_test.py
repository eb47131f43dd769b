"""tests/ports/vendor_sdks.json, which our senders are held to, is what the SDKs of the lock file say."""

import json
import subprocess
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0


class VendorSdks(unittest.TestCase):
    maxDiff = None

    def test_the_kept_answers_are_those_of_the_sdks(self) -> None:
        done = subprocess.run(["node", "--no-warnings", "vendor_sdks.mjs"], cwd=HERE, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        kept = (HERE.parent / "ports/vendor_sdks.json").read_text(encoding="utf-8")
        self.assertEqual(json.loads(done.stdout), json.loads(kept))


if __name__ == "__main__":
    unittest.main()
