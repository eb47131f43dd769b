"""Message centres that others wrote, and the binary set up to send through them."""

import json
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dialproof import Lines, Server, SystemTest, command, samples, wait_until

HERE = Path(__file__).resolve().parent
SYSTEM_ID, PASSWORD = "dialproof", "s3cr3t"
CONFIG = """
[services.default]
countries = ["*"]
sends_per_caller = "none"
checks_per_caller = "none"
[senders]
order = {order}
answer_wait = "1s"
{senders}
"""
SMPP = """
[providers.{name}]
kind = "smpp"
sender_id = "Dialproof"
secrets_file = "{secrets}"
[providers.{name}.links.main]
host = "127.0.0.1"
port = {port}
system_id = "{system_id}"
answer_timeout = "2s"
messages_per_second = 1000
{link}
"""


def number(index: int) -> str:
    """One of a million mobile numbers of Switzerland."""
    return f"+4179{2_000_000 + index}"


def code_in(text: str) -> str:
    return re.search(r"\b\d{6}\b", text).group()


def free_ports(count: int) -> list[int]:
    """For those that cannot pick one by themselves."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class Submit:
    """What a centre says of a message that it was sent."""

    to: str
    text: str
    source: str
    id: int
    answer: str
    reference: int | None = None

    @property
    def code(self) -> str:
        return code_in(self.text)


class Process:
    """A program of others that is ended with the test."""

    def __init__(self, test: SystemTest, *arguments: str) -> None:
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=test.folder)  # fmt: skip
        test.addCleanup(self.end)
        self.output = Lines(self.process.stdout)
        self.errors = Lines(self.process.stderr)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.output.reader.join()
        self.errors.reader.join()


class Centre(Process):
    """One that says what happens as JSON lines, and takes orders so: centre.mjs, centre.pl."""

    def __init__(self, test: SystemTest, *program: str, files: tuple[Path, ...] = ()) -> None:
        super().__init__(test, *program, SYSTEM_ID, PASSWORD, *map(str, files))
        ready = self.output.wait_for(r'"event":"ready"')
        assert ready, self.errors.text
        self.port = self.events("ready")[0]["port"]

    def events(self, kind: str) -> list[dict]:
        found = map(json.loads, list(self.output.seen))
        return [event for event in found if event["event"] == kind]

    def order(self, **what) -> None:
        """Returns when it was obeyed."""
        seen = len(self.output.seen)
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        self.process.stdin.flush()
        assert self.output.wait_for(r'"event":"ordered"', seen), self.errors.text

    def submits(self, to: str | None = None) -> list[Submit]:
        return [Submit(e["to"], e["text"], e["from"], e["id"], e["answer"], e.get("reference")) for e in self.events("submit")
                if to in (None, e["to"])]  # fmt: skip

    def taken(self, to: str, count: int = 1) -> Submit:
        """The newest message to a number that it took, or said nothing on, once there are so many."""
        found = wait_until(lambda: [kept] if len(kept := self.kept(to)) >= count else [])
        assert found, f"expected {count} messages to {to}"
        return found[0][-1]

    def kept(self, to: str) -> list[Submit]:
        return [submit for submit in self.submits(to) if submit.answer in ("take", "lose")]


class CarrierTest(SystemTest):
    def node_centre(self, *certificate_and_key: Path) -> Centre:
        return Centre(self, "node", str(HERE / "centre.mjs"), files=certificate_and_key)

    def secrets(self, name: str, **secrets: str) -> Path:
        file = self.folder / f"{name}.secrets"
        file.touch(mode=0o600)
        file.write_text("".join(f"{key}={value}\n" for key, value in secrets.items()))
        return file

    def smpp(self, name: str, port: int, link: str = "", password: str = PASSWORD) -> str:
        """The configuration of a provider."""
        secrets = self.secrets(name, password=password)
        return SMPP.format(name=name, port=port, link=link, secrets=secrets, system_id=SYSTEM_ID)

    def carriers_config(self, order: list[str], providers: str, senders: str = "") -> Path:
        return self.config(CONFIG.format(order=json.dumps(order), senders=senders) + providers)

    def through_config(self, *centres: Centre, link: str = "") -> Path:
        """These centres are its providers "first" and "second"."""
        names = ["first", "second"][: len(centres)]
        providers = "".join(self.smpp(name, centre.port, link) for name, centre in zip(names, centres, strict=True))
        return self.carriers_config(names, providers)

    def through(self, *centres: Centre, link: str = "") -> Server:
        """A server that is bound to these centres."""
        return self.serve_bound(self.through_config(*centres, link=link), len(centres))

    def serve_bound(self, config: Path, links: int = 1) -> Server:
        server = self.serve(dev=False, config=config)
        self.assertTrue(wait_until(lambda: self.logged(server, "smpp_bound") >= links), server.log.text)
        return server

    def logged(self, server: Server, event: str) -> int:
        """How often it is in the log."""
        return sum(f'"event":"{event}"' in line for line in list(server.log.seen))

    def settled(self, server: Server, provider: str, state: str) -> float:
        name = f'dialproof_messages_settled_total{{provider="{provider}",state="{state}"}}'
        return samples(server.ask("GET", "/metrics").body.decode()).get(name, 0)

    def assert_settles(self, server: Server, provider: str, state: str, count: int = 1) -> None:
        reached = wait_until(lambda: self.settled(server, provider, state) >= count)
        self.assertTrue(reached, server.log.text)
        self.assertEqual(self.settled(server, provider, state), count, server.log.text)

    def assert_verifies(self, server: Server, to: str, token: str, code: str) -> None:
        self.assert_status(server.verify(to, token, code), 200)

    def ran(self, config: Path, *arguments: str) -> tuple[int, str]:
        """A subcommand's status, and all it said."""
        done = command(*arguments, "--config", str(config), "--data", str(self.data))
        return done.returncode, done.stdout + done.stderr
