"""Servers that are measured: started one at a time, on loopback, with a configuration that limits nobody."""

import os
import re
import secrets
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY = re.compile(r"ready on (\w+://\S+)")
ADMIN_TOKEN = secrets.token_hex(16)
ENVIRONMENT = os.environ | {
    "DIALPROOF_ADMIN_TOKEN": ADMIN_TOKEN,
    "DIALPROOF_TECHNO_SSO_JWT_KEY": secrets.token_hex(32),
}
LIMITS = """
[store]
kind = "{store}"
[services.default]
countries = ["*"]
sends_per_caller = "none"
sends_per_country = "none"
sends_per_service = "none"
checks_per_caller = "none"
[dialects.techno_sso]
enabled = true
spam_penalty = "1s"
"""
CONFIG = LIMITS + """
[senders]
order = ["file"]
[senders.file]
path = "{outgoing}"
"""


class Server:
    """A process that says where it is ready, once for each of its listeners; its start is timed."""

    def __init__(self, command: list[str], log: Path, listeners: int = 1) -> None:
        began = time.monotonic()
        with log.open("ab") as errors:
            self.process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=errors)
        ready = [READY.search(self.process.stdout.readline().decode()) for _ in range(listeners)]
        self.start_seconds = time.monotonic() - began
        if not all(ready):
            raise SystemExit(f"{command[0]} did not get ready: see {log}")
        self.urls = [found.group(1) for found in ready]
        self.url = self.urls[0]

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()

    def cpu_seconds(self) -> float:
        """In user and kernel, of all its threads so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
