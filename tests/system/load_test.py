"""The load tool of bench/ goes through every dialect's cycle, so that what `make bench` measures stays true."""

import json
import os
import subprocess

from dialproof import PATIENCE, SystemTest, binary, clean_environment

SECRETS = {"DIALPROOF_ADMIN_TOKEN": "a" * 32, "DIALPROOF_TECHNO_SSO_JWT_KEY": "k" * 32}
DIALECTS = ["django_phone_verify", "zitadel", "pip_sms_settings", "techno_sso"]


def load_tool() -> str:
    return os.path.join(os.path.dirname(binary()), "bench", "load")


def load(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([load_tool(), *arguments], env=clean_environment(SECRETS), capture_output=True, text=True,
                          timeout=PATIENCE, check=False)  # fmt: skip


class Load(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        if not os.path.exists(load_tool()):
            self.skipTest("this build has no load tool")
        self.outgoing = self.folder / "outgoing.jsonl"

    def server(self):
        config = self.config(f"""
[services.default]
countries = ["*"]
sends_per_caller = "none"
sends_per_country = "none"
sends_per_service = "none"
checks_per_caller = "none"
[dialects.techno_sso]
enabled = true
spam_penalty = "1s"
[senders]
order = ["file"]
[senders.file]
path = "{self.outgoing}"
""")
        return self.serve(dev=False, config=config, environment=SECRETS)

    def test_each_dialect_goes_through_its_cycle(self) -> None:
        server, first = self.server(), 0
        for dialect in DIALECTS:
            with self.subTest(dialect):
                ran = load(server.url, "--cycle", dialect, "--outgoing", str(self.outgoing), "--callers", "4",
                           "--users", "64", "--seconds", "1.5", "--warm-up", "0.1", "--json",
                           "--first-number", str(first), "--server", str(server.process.pid))  # fmt: skip
                self.assertEqual(ran.returncode, 0, ran.stderr)
                said = json.loads(ran.stdout)
                first = said["next_number"]
                self.assertGreater(said["cycles"]["count"], 0)
                self.assertGreater(said["commits"], said["cycles"]["count"])
                self.assertGreater(said["requests"]["p999_ms"], 0)
        self.assert_stops_well(server)

    def test_a_rate_is_kept(self) -> None:
        server = self.server()
        ran = load(server.url, "--cycle", "zitadel", "--callers", "16", "--rate", "40", "--seconds", "1", "--json",
                   "--warm-up", "0")  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertLess(json.loads(ran.stdout)["cycles"]["count"], 80)

    def test_only_this_machine_is_put_under_load(self) -> None:
        for url in ("http://192.0.2.1:80", "http://example.org:80", "http://127.0.0.1.example.org:80", "127.0.0.1:80"):
            ran = load(url, "--cycle", "zitadel")
            self.assertEqual(ran.returncode, 2, url)
            self.assertIn("expected http://127.0.0.1:PORT", ran.stderr)
