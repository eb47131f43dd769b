"""Starting, stopping, dying and coming back: what was answered stays true."""

import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

from dialproof import PATIENCE, Server, SystemTest, binary, clean_environment, command, is_refused, wait_until, wrong

NUMBER, OTHER = "+41791234567", "+41791234568"
GENEROUS = """
[line]
guesses = ["1000/1h"]
guesses_in_row_max = 100000
[services.default]
guesses = 100
"""


def rows(data: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{data}/dialproof.db?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


class Guesser(threading.Thread):
    """Spends wrong guesses on one number until the server is gone, and counts those that were answered."""

    def __init__(self, server: Server, number: str, enough: threading.Semaphore) -> None:
        super().__init__()
        self.server, self.number, self.enough = server, number, enough
        self.token = server.registered(number)
        self.code = server.code_sent(number)
        self.answered = 0
        self.surprise = ""

    def run(self) -> None:
        while True:
            try:
                answer = self.server.verify(self.number, self.token, wrong(self.code))
            except OSError:
                return
            if answer.json != {"non_field_errors": ["Security code is not valid"]}:
                self.surprise = str(answer)
                return
            self.answered += 1
            self.enough.release()


class Life(SystemTest):
    def test_every_answered_guess_survives_a_kill(self) -> None:
        config = self.config(GENEROUS)
        server = self.serve(config=config)
        enough = threading.Semaphore(0)
        guessers = [Guesser(server, f"+4179123450{i}", enough) for i in range(4)]
        for guesser in guessers:
            guesser.start()
        for _ in range(120):
            self.assertTrue(enough.acquire(timeout=PATIENCE), server.log.text)
        server.signal(signal.SIGKILL)
        for guesser in guessers:
            guesser.join(PATIENCE)
            self.assertEqual(guesser.surprise, "")
        server.wait()

        server = self.serve(config=config)
        for guesser in guessers:
            line = server.as_admin("GET", "/admin/v1/lines/" + guesser.number).json
            # The one that was on its way may have been stored, and nobody was told.
            self.assertIn(len(line["misses"]), (guesser.answered, guesser.answered + 1))
            self.assert_status(server.verify(guesser.number, guesser.token, guesser.code), 200)

    def test_a_restart_keeps_everything(self) -> None:
        server = self.serve()
        server.add_user("ada", {"phone": NUMBER})
        code = server.code_sent(NUMBER)
        issued = server.as_admin("POST", "/admin/v1/tokens", {"label": "shop", "roles": ["user.read"]}).json
        token = server.registered(OTHER)
        other_code = server.code_sent(OTHER)
        self.assert_stops_well(server)

        server = self.serve()
        self.assert_status(server.as_admin("GET", "/v2/users/ada", token=issued["token"]), 200)
        self.assert_status(server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": code}), 200)
        self.assert_status(server.verify(OTHER, token, other_code), 200)
        self.assert_status(server.register(OTHER), 429)

    def test_a_store_in_memory_serves_and_leaves_nothing(self) -> None:
        memory = {"DIALPROOF_STORE_KIND": "memory"}
        server = self.serve(environment=memory)
        token = server.registered(NUMBER)
        self.assert_status(server.verify(NUMBER, token, server.code_sent(NUMBER)), 200)
        self.assert_stops_well(server)
        self.assertFalse((self.data / "dialproof.db").exists())
        again = self.serve(environment=memory)
        self.assert_status(again.register(NUMBER), 200)  # no gap since a send that nobody remembers

    def test_a_store_in_memory_is_warned_of(self) -> None:
        outgoing = self.folder / "outgoing.jsonl"
        config = self.config(f'[services.default]\ncountries = ["CH"]\n[senders]\norder = ["file"]\n'
                             f'[senders.file]\npath = "{outgoing}"\n[store]\nkind = "memory"\n')  # fmt: skip
        server = self.serve(dev=False, config=config)
        self.assertTrue(server.log.wait_for("store.kind: memory"))

    def test_a_second_server_on_the_folder_is_refused(self) -> None:
        server = self.serve()
        second = command("serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data))
        self.assertEqual(second.returncode, 1)
        self.assertIn("another Dialproof serves from", second.stderr)
        self.assert_status(server.ask("GET", "/healthz"), 200)

    def test_a_database_of_a_newer_version_is_refused(self) -> None:
        self.assert_stops_well(self.serve())
        with closing(sqlite3.connect(self.data / "dialproof.db")) as database:
            database.execute("INSERT INTO schema_migrations VALUES (9999, 'from_the_future', '0', 0)")
            database.commit()
        refused = command("serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("newer version of Dialproof", refused.stderr)

    def test_a_database_that_is_none_is_refused(self) -> None:
        self.assert_stops_well(self.serve(data=self.folder / "other"))
        self.data.mkdir(mode=0o700)
        shutil.copy(self.folder / "other" / "keys", self.data / "keys")
        (self.data / "dialproof.db").write_bytes(b"This is a letter to my grandmother. " * 300)
        refused = command("serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("dialproof.db", refused.stderr)

    def test_the_files_are_their_owners_alone(self) -> None:
        self.serve()
        self.assertEqual(self.data.stat().st_mode & 0o077, 0)
        for name in ("keys", "admin-token"):
            self.assertEqual((self.data / name).stat().st_mode & 0o077, 0, name)

    def test_a_stop_finishes_what_is_under_way(self) -> None:
        server = self.serve()
        body = b"phone_number=%2B41791234567"
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
            client.sendall(b"POST /api/phone/register HTTP/1.1\r\nHost: a\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\n"
                           b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))  # fmt: skip
            self.assertIn(b" 100 ", client.recv(1000))  # the request is being read
            server.signal(signal.SIGTERM)
            self.assertTrue(server.log.wait_for('"event":"stopping"'))
            self.assertTrue(wait_until(lambda: is_refused(server.port)), "the door stayed open")
            client.sendall(body)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        self.assertIn(b" 200 ", answer.split(b"\r\n")[0])
        self.assertEqual(server.wait(), 0, server.log.text)
        self.assertTrue(server.log.wait_for('"event":"stopped".*"drained":true'))

    def test_a_second_signal_stops_at_once(self) -> None:
        server = self.serve()
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
            client.sendall(b"POST /api/phone/register HTTP/1.1\r\nHost: a\r\n"
                           b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")  # fmt: skip
            self.assertIn(b" 100 ", client.recv(1000))  # the request is being read, and never ends
            server.signal(signal.SIGTERM)
            self.assertTrue(server.log.wait_for('"event":"stopping"'))
            server.signal(signal.SIGTERM)
            self.assertEqual(server.wait(), 1, server.log.text)
        self.assertTrue(server.log.wait_for('"event":"stopped_early"'))

    def test_it_serves_on_when_the_reader_of_its_log_is_gone(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        # What starts these tests may ignore the signal, and the server would inherit that.
        server = self.serve(log_to=writer, before=("env", "--default-signal=PIPE"))
        os.close(writer)
        for _ in range(2):
            self.assert_status(server.ask("GET", "/healthz"), 200)
        self.assertEqual(server.stop(), 0)

    def test_connections_leave_room_for_its_own_files(self) -> None:
        server = self.serve(before=("prlimit", "--nofile=100:200"))
        self.assertEqual(resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE), (200, 200))
        self.assertTrue(server.log.wait_for(r"server\.connections_max is 136, not 10000"), server.log.text)

    def test_outgoing_messages_are_kept_out_of_the_data_folder(self) -> None:
        config = self.config(f"""
            [senders]
            order = ["file"]
            file.path = "{self.data}/../data/outgoing.jsonl"
            [services.default]
            countries = ["CH"]
            """)
        refused = command("serve", "--listen", "127.0.0.1:0", "--data", str(self.data), "--config", str(config))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is in the data folder", refused.stderr)

    def test_a_hangup_follows_a_rotation_of_outgoing_messages(self) -> None:
        sent = self.folder / "sent.jsonl"
        server = self.serve(dev=False, config=self.config(f"""
            [senders]
            order = ["file"]
            file.path = "{sent}"
            [services.default]
            countries = ["CH"]
            """))  # fmt: skip
        server.registered(NUMBER)
        self.assertTrue(wait_until(lambda: NUMBER in sent.read_text()))
        sent.rename(self.folder / "sent.jsonl.1")
        server.signal(signal.SIGHUP)
        self.assertTrue(server.log.wait_for('"event":"reloaded"'))
        server.registered(OTHER)
        self.assertTrue(wait_until(lambda: OTHER in sent.read_text()))

    def test_no_message_is_lost_or_doubled_over_a_stop(self) -> None:
        sent = self.folder / "sent.jsonl"
        config = self.config(f"""
            [senders]
            order = ["file"]
            file.path = "{sent}"
            [services.default]
            countries = ["CH"]
            sends_per_caller = "none"
            """)
        server = self.serve(config=config, dev=False)
        numbers = [f"+417912345{i:02}" for i in range(20)]
        for number in numbers:
            server.registered(number)
        self.assert_stops_well(server)

        def recipients() -> list[str]:
            return sorted(json.loads(line)["to"] for line in sent.read_text().splitlines())

        server = self.serve(config=config, dev=False)
        wait_until(lambda: len(recipients()) >= len(numbers))
        self.assert_stops_well(server)
        self.assertEqual(recipients(), numbers)

    def test_outside_of_the_dev_mode_there_is_no_dev_plane(self) -> None:
        config = self.config(f"""
            [senders]
            order = ["file"]
            file.path = "{self.folder}/sent.jsonl"
            [services.default]
            countries = ["CH"]
            """)
        server = self.serve(config=config, dev=False)
        for path in ("/dev", "/dev/messages"):
            self.assert_status(server.ask("GET", path), 404)
        self.assertNotIn(server.admin_token, server.output.text)

    def test_a_hangup_reloads_what_can_be(self) -> None:
        config = self.config("[services.default]\ncode_length = 6\n")
        server = self.serve(config=config)
        server.registered(NUMBER)
        self.assertRegex(server.code_sent(NUMBER), r"^\d{6}$")

        self.config("[services.default]\ncode_length = 9\n")
        server.signal(signal.SIGHUP)
        self.assertTrue(server.log.wait_for('"event":"reloaded"'))
        server.registered(OTHER)
        self.assertRegex(server.code_sent(OTHER), r"^\d{9}$")

        self.config("[services.default]\ncode_length = 99\n")
        server.signal(signal.SIGHUP)
        self.assertTrue(server.log.wait_for('"event":"reload_refused"'))
        server.registered("+41791234569")
        self.assertRegex(server.code_sent("+41791234569"), r"^\d{9}$")

    def test_a_full_disk_is_said_and_nothing_answered_is_lost(self) -> None:
        server = self.serve(config=self.config(GENEROUS))
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        for _ in range(3):
            self.assert_status(server.verify(NUMBER, token, wrong(code)), 400)

        before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
        self.assert_status(server.verify(NUMBER, token, wrong(code)), 503)
        self.assert_status(server.register(OTHER), 503)
        self.assert_status(server.ask("GET", "/readyz"), 503)
        self.assert_status(server.ask("GET", "/healthz"), 200)

        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
        self.assertTrue(wait_until(lambda: server.ask("GET", "/readyz").status == 200), server.log.text)
        misses = server.as_admin("GET", "/admin/v1/lines/" + NUMBER).json["misses"]
        self.assertGreaterEqual(len(misses), 3)
        self.assert_status(server.verify(NUMBER, token, code), 200)


class Upkeep(SystemTest):
    def test_a_backup_while_serving_is_a_whole_database(self) -> None:
        server = self.serve()
        server.add_user("ada", {"phone": NUMBER, "isVerified": True})
        ended = threading.Event()

        def write_on() -> None:
            number = 0
            while not ended.is_set():
                number += 1
                server.add_user(f"user{number}")

        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            copied = command("backup", str(self.folder / "copy.db"), "--data", str(self.data))
        finally:
            ended.set()
            writer.join(PATIENCE)
        self.assertEqual(copied.returncode, 0, copied.stderr)
        self.assert_stops_well(server)

        restored = self.folder / "restored"
        restored.mkdir(mode=0o700)
        shutil.copy(self.folder / "copy.db", restored / "dialproof.db")
        for name in ("keys", "admin-token"):
            shutil.copy(self.data / name, restored / name)
        self.assertEqual(rows(restored, "PRAGMA integrity_check"), [("ok",)])
        server = self.serve(data=restored)
        self.assertEqual(server.user("ada")["phone"], {"phone": NUMBER, "isVerified": True})

    def test_a_backup_does_not_overwrite(self) -> None:
        self.serve()
        there = self.folder / "there.db"
        there.write_text("mine")
        refused = command("backup", str(there), "--data", str(self.data))
        self.assertEqual(refused.returncode, 1)
        self.assertEqual(there.read_text(), "mine")

    def test_what_the_retention_lets_go_is_removed_while_serving(self) -> None:
        server = self.serve()
        token = server.registered(NUMBER)
        self.assert_status(server.verify(NUMBER, token, server.code_sent(NUMBER)), 200)
        server.add_user("ada", {"phone": OTHER})
        server.code_sent(OTHER)
        count = "SELECT (SELECT count(*) FROM verifications), (SELECT count(*) FROM messages)"
        self.assertEqual(rows(self.data, count), [(2, 2)])
        server.advance(40 * 86400)
        wait_until(lambda: rows(self.data, count) == [(0, 0)])
        self.assertEqual(rows(self.data, count), [(0, 0)])
        self.assertEqual(server.user("ada")["phone"], {"phone": OTHER})

    def test_prune_runs_while_serving(self) -> None:
        server = self.serve()
        server.registered(NUMBER)
        pruned = command("prune", "--data", str(self.data))
        self.assertEqual(pruned.returncode, 0, pruned.stderr)
        self.assertIn("removed 0 verifications, 0 messages", pruned.stdout)

    def test_keys_rotate_and_older_codes_stay_good(self) -> None:
        server = self.serve()
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        issued = server.as_admin("POST", "/admin/v1/tokens", {"label": "old", "roles": ["user.write"]}).json["token"]
        self.assert_stops_well(server)
        rotated = command("keys", "rotate", "--data", str(self.data))
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        self.assertIn("key 2 is the newest", rotated.stdout)

        server = self.serve()
        self.assert_status(server.verify(NUMBER, token, code), 200)
        self.assert_status(server.as_admin("POST", "/v2/users/nobody/phone", {"phone": OTHER}, issued), 404)
        server.registered(OTHER)
        keys = rows(self.data, "SELECT DISTINCT json_extract(body, '$.key_number') FROM verifications ORDER BY 1")
        self.assertEqual(keys, [(1,), (2,)])

    def test_tokens_are_made_listed_and_revoked_on_the_command_line(self) -> None:
        server = self.serve()
        made = command("token", "create", "--label", "shop", "--role", "user.read", "--role", "user.write",
                       "--data", str(self.data))  # fmt: skip
        self.assertEqual(made.returncode, 0, made.stderr)
        words = dict(line.split() for line in made.stdout.splitlines())
        self.assert_status(server.as_admin("GET", "/v2/users/nobody", token=words["token"]), 404)
        listed = command("token", "list", "--data", str(self.data)).stdout
        self.assertIn(words["id"], listed)
        self.assertNotIn(words["token"], listed)

        revoked = command("token", "revoke", words["id"], "--data", str(self.data))
        self.assertEqual(revoked.returncode, 0, revoked.stderr)
        server.advance(6)
        self.assert_status(server.as_admin("GET", "/v2/users/nobody", token=words["token"]), 401)
        self.assertEqual(command("token", "revoke", words["id"], "--data", str(self.data)).returncode, 1)

        wrong_role = command("token", "create", "--label", "x", "--role", "king", "--data", str(self.data))
        self.assertEqual(wrong_role.returncode, 1)
        self.assertIn("expected user.read, user.write, user.delete or administrator, not king", wrong_role.stderr)

    def test_a_token_expires(self) -> None:
        server = self.serve()
        made = command("token", "create", "--label", "short", "--role", "user.read", "--data", str(self.data),
                       "--expires", "2036-01-01T00:00:00Z")  # fmt: skip
        token = dict(line.split() for line in made.stdout.splitlines())["token"]
        self.assert_status(server.as_admin("GET", "/v2/users/nobody", token=token), 404)
        server.advance(10 * 366 * 86400)
        self.assert_status(server.as_admin("GET", "/v2/users/nobody", token=token), 401)

    def test_the_administrator_token_can_come_from_outside(self) -> None:
        token = "a-token-of-the-operators-own-choice"
        server = self.serve(environment={"DIALPROOF_ADMIN_TOKEN": token})
        self.assert_status(server.as_admin("GET", "/admin/v1/tokens", token=token), 200)
        self.assertFalse((self.data / "admin-token").exists())

    def test_a_port_that_is_taken_is_said(self) -> None:
        server = self.serve()
        refused = subprocess.run([binary(), "serve", "--dev", "--listen", f"127.0.0.1:{server.port}", "--data",
                                  str(self.folder / "other")], env=clean_environment(), capture_output=True,
                                 text=True, timeout=PATIENCE, check=False)  # fmt: skip
        self.assertEqual(refused.returncode, 1)
        self.assertIn(str(server.port), refused.stderr)
