"""Starts the real binary with its own data folder and talks to it as a client would.

The binary is the one that DIALPROOF_BINARY names.
"""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds after which something that should happen is taken not to
JSON = {"content-type": "application/json"}


def binary() -> str:
    return str(Path(os.environ["DIALPROOF_BINARY"]).resolve())


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DIALPROOF_")}
    return kept | (extra or {})


def command(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Runs a subcommand to its end."""
    return subprocess.run([binary(), *arguments], env=clean_environment(environment), capture_output=True,
                          text=True, timeout=PATIENCE, check=False)  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.status} {self.body.decode(errors='replace')}"


def ask(url: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()


class Lines:
    """What a process writes to one of its pipes; others may wait for a line of it."""

    def __init__(self, pipe) -> None:
        self.seen: list[str] = []
        self.ended = False
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read, args=(pipe,), daemon=True)
        self.reader.start()

    def read(self, pipe) -> None:
        with pipe:
            for line in pipe:
                with self.changed:
                    self.seen.append(line.decode(errors="replace").rstrip("\n"))
                    self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, pattern: str, after: int = 0) -> re.Match | None:
        """The first line from number `after` on that matches; nothing when the process ends without it."""

        def found() -> re.Match | None:
            return next((m for m in (re.search(pattern, line) for line in self.seen[after:]) if m), None)

        with self.changed:
            self.changed.wait_for(lambda: found() or self.ended, PATIENCE)
            return found()

    @property
    def text(self) -> str:
        with self.changed:
            return "\n".join(self.seen)


class Server:
    """One run of `dialproof serve`."""

    def __init__(self, data: Path, *, dev: bool = True, config: Path | None = None,
                 environment: dict[str, str] | None = None, before: tuple[str, ...] = (),
                 listen: str | None = "127.0.0.1:0", log_to: int = subprocess.PIPE) -> None:  # fmt: skip
        """`before` is a command that starts it; its log goes to the file `log_to`, and is not seen then. Without
        `listen` it listens as it is configured."""
        self.data = data
        arguments = [*before, binary(), "serve", "--data", str(data)]
        arguments += ["--listen", listen] if listen else []
        arguments += ["--dev"] if dev else []
        arguments += ["--config", str(config)] if config else []
        # Python ignores SIGXFSZ, and so shall the server: a test takes its file space away.
        self.process = subprocess.Popen(arguments, env=clean_environment(environment), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=log_to,
                                        restore_signals=False)  # fmt: skip
        self.output = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr or open(os.devnull, "rb"))
        ready = self.output.wait_for(r"^dialproof ready on (https?://\S+)$")
        if not ready:
            self.kill()
            raise AssertionError(f"the server did not get ready:\n{self.output.text}\n{self.log.text}")
        self.url = ready.group(1)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        return ask(self.url, method, path, headers, body)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def admin_token(self) -> str:
        return (self.data / "admin-token").read_text().strip()

    def as_admin(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answer:
        headers = JSON | {"authorization": f"Bearer {token or self.admin_token}"}
        return self.ask(method, path, headers, None if body is None else json.dumps(body).encode())

    def form(self, path: str, **fields: str) -> Answer:
        return self.ask("POST", path, {"content-type": "application/x-www-form-urlencoded"}, urlencode(fields).encode())

    # The dev plane

    def messages(self, to: str | None = None) -> list[dict]:
        where = f"?to={quote(to, safe='')}&limit=1000" if to else "?limit=1000"
        answer = self.ask("GET", "/dev/messages" + where)
        assert answer.status == 200, answer
        return answer.json["messages"]

    def code_sent(self, to: str, count: int = 1) -> str:
        """The newest code for a number, once `count` messages have come."""
        messages = wait_until(lambda: [m for m in [self.messages(to)] if len(m) >= count])
        assert messages, f"expected {count} messages"
        return messages[0][0]["code"]

    def advance(self, seconds: int) -> None:
        answer = self.ask("POST", "/dev/clock/advance", JSON, json.dumps({"seconds": seconds}).encode())
        assert answer.status == 200, answer

    # django_phone_verify

    def register(self, number: str) -> Answer:
        return self.form("/api/phone/register", phone_number=number)

    def verify(self, number: str, token: str, code: str) -> Answer:
        return self.form("/api/phone/verify", phone_number=number, session_token=token, security_code=code)

    def registered(self, number: str) -> str:
        """Registers a number and gives the session token."""
        answer = self.register(number)
        assert answer.status == 200, answer
        return answer.json["session_token"]

    # zitadel

    def add_user(self, user: str, phone: dict | None = None) -> Answer:
        return self.as_admin("POST", "/v2/users/human", {
            "userId": user, "username": user,
            "profile": {"givenName": "Ada", "familyName": "Meier"},
            "email": {"email": f"{user}@example.org", "isVerified": True},
        } | ({"phone": phone} if phone else {}))  # fmt: skip

    def user(self, user: str) -> dict:
        answer = self.as_admin("GET", f"/v2/users/{user}")
        assert answer.status == 200, answer
        return answer.json["user"]["human"]

    # pip_sms_settings and techno_sso

    def session(self, user: str, administrator: bool = False) -> dict[str, str]:
        """The headers of a session of that user."""
        answer = self.as_admin("POST", "/admin/v1/sessions", {"user_id": user, "administrator": administrator})
        assert answer.status == 201, answer
        return JSON | {"x-session-id": answer.json["session_id"]}

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """JSON, with any headers beside those of JSON."""
        sent = None if body is None else json.dumps(body).encode()
        return self.ask(method, path, JSON | (headers or {}), sent)

    # Its life

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        self.output.reader.join(PATIENCE)
        self.log.reader.join(PATIENCE)
        return status

    def stop(self) -> int:
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.wait()


def wait_until(condition, patience: float = PATIENCE) -> Any:
    """Asks again and again until there is something true to return; what it gave last, after that time."""
    until = time.monotonic() + patience
    while True:
        value = condition()
        if value or time.monotonic() > until:
            return value
        time.sleep(0.005)  # whoever is waited for needs the core


def samples(text: str) -> dict[str, float]:
    """Each sample of the exposition, by its name and labels as they stand."""
    found = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) ([0-9.e+-]+|NaN)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def wrong(code: str) -> str:
    """Another code of the same shape."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def is_refused(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.settimeout(PATIENCE)
        return probe.connect_ex(("127.0.0.1", port)) != 0


class SystemTest(unittest.TestCase):
    """A test with a folder of its own; servers that it started are gone when it ends."""

    maxDiff = None

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dialproof-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"

    def config(self, text: str) -> Path:
        file = self.folder / "dialproof.toml"
        file.write_text(text)
        return file

    def serve(self, **options) -> Server:
        server = Server(options.pop("data", self.data), **options)
        self.addCleanup(server.kill)
        return server

    def allow_open_files(self, count: int) -> None:
        """To this process, and to the servers that it starts."""
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], min(count, limits[1])), limits[1]))

    def assert_status(self, answer: Answer, status: int) -> None:
        self.assertEqual(answer.status, status, str(answer))

    def assert_stops_well(self, server: Server) -> None:
        self.assertEqual(server.stop(), 0, server.log.text)
