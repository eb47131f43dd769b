"""Several servers on one PostgreSQL: they are one, and what the database does they live through."""

import contextlib
import os
import threading
from pathlib import Path

from dialproof import PATIENCE, Server, SystemTest, command, samples, wait_until, wrong
from postgres import Database

NUMBER, OTHER = "+41791234567", "+41791234568"


class Postgres(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.database = Database(self.folder / "postgres")
        self.addCleanup(self.database.stop)

    def node_config(self, name: str, more: str = "") -> Path:
        """All servers of one database need the same keys: the first makes them."""
        keys = "" if name == "a" else f'[keys]\nfile = "{self.folder / "a" / "keys"}"\n'
        file = self.folder / f"{name}.toml"
        file.write_text(f'[store]\nkind = "postgres"\n[store.postgres]\nurl = "{self.database.url}"\n{keys}{more}')
        return file

    def node(self, name: str, more: str = "", **options) -> Server:
        return self.serve(data=self.folder / name, config=self.node_config(name, more), **options)

    def test_a_number_is_verified_by_whichever_server_is_asked(self) -> None:
        a, b = self.node("a"), self.node("b")
        token = a.registered(NUMBER)
        code = a.code_sent(NUMBER)
        self.assert_status(b.verify(NUMBER, token, wrong(code)), 400)
        self.assert_status(b.register(NUMBER), 429)
        self.assert_status(b.verify(NUMBER, token, code), 200)
        self.assert_status(a.verify(NUMBER, token, code), 400)
        for server in (a, b):
            self.assert_stops_well(server)

    def test_a_budget_of_guesses_is_one_for_all_servers(self) -> None:
        nodes = [self.node("a"), self.node("b")]
        token = nodes[0].registered(NUMBER)
        code = nodes[0].code_sent(NUMBER)
        answers: list[int] = []

        def guess(server: Server) -> None:
            for _ in range(10):
                answers.append(server.verify(NUMBER, token, wrong(code)).status)

        threads = [threading.Thread(target=guess, args=(server,)) for server in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 20)
        for server in nodes:
            self.assertNotEqual(server.verify(NUMBER, token, code).status, 200)
        missed = self.database.query("SELECT count(*) FROM verification_events WHERE type = 'guess_missed'")
        self.assertEqual(int(missed), 5)

    def test_a_database_that_goes_is_said_and_one_that_comes_back_is_used(self) -> None:
        server = self.node("a")
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        self.database.stop()
        self.assertTrue(wait_until(lambda: server.ask("GET", "/readyz").status == 503))
        refused = server.register(OTHER)
        self.assert_status(refused, 503)
        self.assertIn("retry-after", refused.headers)
        self.database.start()
        self.assertTrue(wait_until(lambda: server.ask("GET", "/readyz").status == 200), server.log.text)
        self.assert_status(server.verify(NUMBER, token, code), 200)
        for event in ("store_unavailable", "store_available"):
            self.assertEqual(server.log.text.count(f'"event":"{event}"'), 1, server.log.text)
        self.assert_stops_well(server)

    def full_pipe(self) -> Path:
        """One that takes nothing any more."""
        path = self.folder / "pipe"
        os.mkfifo(path, 0o600)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        for end in (reader, writer):
            self.addCleanup(os.close, end)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, bytes(4096))
        return path

    def test_a_message_of_a_server_that_died_is_sent_by_another(self) -> None:
        def sends_to(path: Path) -> str:
            return (f'[services.default]\ncountries = ["*"]\n[senders]\norder = ["file"]\n'
                    f'[senders.file]\npath = "{path}"\n')  # fmt: skip

        sent = self.folder / "sent.jsonl"
        a = self.node("a", sends_to(self.full_pipe()), dev=False)
        b = self.node("b", sends_to(sent), dev=False)
        a.registered(NUMBER)
        self.assertTrue(wait_until(lambda: "queued" in self.database.query("SELECT state FROM messages")))
        a.kill()
        # Nobody tells the other one: it looks for what is due twice a minute.
        self.assertTrue(wait_until(lambda: NUMBER in sent.read_text(), 2 * PATIENCE), b.log.text)
        self.assert_stops_well(b)

    def test_the_clock_is_the_databases(self) -> None:
        server = self.node("a")
        metrics = samples(server.ask("GET", "/metrics").body.decode())
        self.assertLess(abs(metrics["dialproof_clock_difference_seconds"]), 1)
        self.assert_stops_well(server)

    def test_a_password_in_the_url_is_refused(self) -> None:
        file = self.folder / "wrong.toml"
        file.write_text('[store]\nkind = "postgres"\n[store.postgres]\nurl = "postgres://u:geheim@127.0.0.1/x"\n')
        refused = command("serve", "--dev", "--config", str(file), "--data", str(self.data))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("password_file", refused.stderr)
        self.assertNotIn("geheim", refused.stdout + refused.stderr)
