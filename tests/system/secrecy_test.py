"""No code, no token and no session stands in anything that is kept or told: the files of the data folder, a
backup, the logs, the metrics, the events. No full number stands in the logs.

Codes have ten digits here, so that no other number of the same length is one by chance.
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from dialproof import JSON, Server, SystemTest, command, wait_until, wrong

KAZAKH = "+77078275615"
NUMBERS = ["+41791234567", "+41791234568", "+41791234569", "+436641234567", "+4915112345678", "+447400123456"]
TEST_NUMBER, TEST_CODE = "+41791110000", "8264051937"
CONFIG = f"""
[services.default]
code_length = 10
[dialects.techno_sso]
code_length = 10
[test_numbers]
"{TEST_NUMBER}" = "{TEST_CODE}"
"""


class Heard:
    """The secrets that went over the wire."""

    def __init__(self) -> None:
        self.codes: set[str] = {TEST_CODE}
        self.tokens: set[str] = set()


def django(server: Server, heard: Heard) -> None:
    token = server.registered(NUMBERS[0])
    code = server.code_sent(NUMBERS[0])
    server.verify(NUMBERS[0], token, wrong(code))
    server.verify(NUMBERS[1], token, code)
    assert server.verify(NUMBERS[0], token, code).status == 200
    again = server.ask("POST", "/api/phone/register", JSON, json.dumps({"phone_number": NUMBERS[1]}).encode())
    other = again.json["session_token"]
    server.verify(NUMBERS[1], other + "x", server.code_sent(NUMBERS[1]))
    test = server.registered(TEST_NUMBER)
    assert server.verify(TEST_NUMBER, test, TEST_CODE).status == 200
    heard.tokens |= {token, other, test}


def zitadel(server: Server, heard: Heard) -> None:
    server.add_user("ada")
    assert server.as_admin("POST", "/v2/users/ada/phone", {"phone": NUMBERS[2]}).status == 200
    first = server.code_sent(NUMBERS[2])
    server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": wrong(first)})
    server.advance(60)
    assert server.as_admin("POST", "/v2/users/ada/phone/resend", {}).status == 200
    second = server.code_sent(NUMBERS[2], count=2)
    assert server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": second}).status == 200

    returned = server.add_user("ben", {"phone": NUMBERS[3], "returnCode": {}})
    heard.codes.add(returned.json["phoneCode"])
    server.advance(120)
    again = server.as_admin("POST", "/v2/users/ben/phone/resend", {"returnCode": {}})
    heard.codes.add(again.json["verificationCode"])
    server.as_admin("PUT", "/v2/users/human/ben", {"phone": {"phone": NUMBERS[4]}})
    server.code_sent(NUMBERS[4])
    server.as_admin("DELETE", "/v2/users/ben/phone")
    server.as_admin("GET", f"/v2/users/{NUMBERS[5]}/phone/nonsense")
    server.as_admin("DELETE", "/v2/users/ben")


def settings_and_sso(server: Server, heard: Heard) -> None:
    user = "60a7a2e3c2a1b5d6e7f80912"
    server.add_user(user)
    session = server.session(user)
    heard.tokens.add(session["x-session-id"])
    where = f"/api/v1/sms_settings/{user}"
    assert server.send("PUT", where, {"phone": KAZAKH, "custom_dat": {"a": 1}}, session).status == 200
    code = server.code_sent(KAZAKH)
    server.send("POST", "/api/v1/sms_settings/verify", {"phone": KAZAKH, "code": wrong(code)})
    server.advance(60)
    assert server.send("POST", f"/api/v1/sms_settings/resend?phone={KAZAKH.replace('+', '%2B')}").status == 204
    code = server.code_sent(KAZAKH, count=2)
    verified = server.send("PUT", "/api/v1/auth/verify/token", {"token": code, "phone": KAZAKH})
    assert verified.status == 200
    heard.tokens |= {verified.json["token"], verified.json["refresh_token"]}
    server.send("PUT", "/api/v1/profile/phone?jwt=" + verified.json["token"], {"phone": NUMBERS[5]})
    server.advance(20)
    signed_in = {"authorization": f"Bearer {verified.json['token']}"}
    assert server.send("PUT", "/api/v1/profile/phone", {"phone": NUMBERS[5]}, signed_in).status == 201
    server.code_sent(NUMBERS[5])
    server.send("PUT", "/api/v1/auth/verify/token", {"token": wrong(code), "tdid": user})
    heard.tokens.add((server.data / "techno-sso-jwt-key").read_text().strip())


def admin(server: Server, heard: Heard) -> None:
    for role in ("user.read", "administrator"):
        issued = server.as_admin("POST", "/admin/v1/tokens", {"label": role, "roles": [role]}).json
        heard.tokens.add(issued["token"])
        assert server.as_admin("GET", "/v2/users/ada", token=issued["token"]).status == 200
    assert server.as_admin("DELETE", f"/admin/v1/tokens/{issued['id']}").status == 204
    assert server.as_admin("GET", "/v2/users/ada", token=issued["token"]).status == 401
    session = server.as_admin("POST", "/admin/v1/sessions", {"user_id": "ada"}).json
    heard.tokens.add(session["session_id"])
    for number in NUMBERS:
        assert server.as_admin("GET", f"/admin/v1/lines/{number}").status == 200
    server.as_admin("DELETE", f"/admin/v1/lines/{NUMBERS[0]}/guesses")
    heard.tokens.add("dp_" + "x" * 43)
    server.as_admin("GET", "/admin/v1/tokens", token="dp_" + "x" * 43)


def contains_code(data: bytes, code: str) -> bool:
    return re.search(rb"(?<![0-9])%s(?![0-9])" % code.encode(), data) is not None


def contains_number(data: bytes, number: str) -> bool:
    """In international form, or all of its national digits."""
    return number[1:].encode() in data or number[3:].encode() in data


class Secrecy(SystemTest):
    def found(self, heard: Heard, name: str, data: bytes) -> list[str]:
        codes = [f"a code in {name}" for code in heard.codes if contains_code(data, code)]
        return codes + [f"a token in {name}" for token in heard.tokens if token.encode() in data]

    def kept_files(self, folder: Path) -> list[Path]:
        """All but the three whose purpose is to hold secrets."""
        return [f for f in folder.rglob("*") if f.is_file() and f.name not in ("keys", "admin-token", "techno-sso-jwt-key")]

    def test_no_secret_is_kept_or_told(self) -> None:
        config = self.config(CONFIG)
        server = self.serve(config=config, environment={"DIALPROOF_LOG_LEVEL": "debug"})
        heard = Heard()
        for part in (django, zitadel, settings_and_sso, admin):
            part(server, heard)
        heard.codes |= {message["code"] for message in server.messages()}
        heard.tokens.add(server.admin_token)
        self.assertGreaterEqual(len(heard.codes), 8)
        self.assertGreaterEqual(len(heard.tokens), 7)
        wait_until(lambda: all(m["status"] == "delivered" for m in server.messages()))

        backup = self.folder / "backup.db"
        self.assertEqual(command("backup", str(backup), "--data", str(self.data)).returncode, 0)
        metrics = server.ask("GET", "/metrics").body
        faults = self.found(heard, "the metrics", metrics) + self.found(heard, "the backup", backup.read_bytes())
        for file in self.kept_files(self.data):
            faults += self.found(heard, f"{file.name} while serving", file.read_bytes())

        self.assert_stops_well(server)
        log = server.log.text.encode()
        faults += self.found(heard, "the log", log)
        for file in self.kept_files(self.data):
            faults += self.found(heard, f"{file.name} after the end", file.read_bytes())
        with closing(sqlite3.connect(self.data / "dialproof.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            dump = "\n".join(database.iterdump()).encode()
        faults += self.found(heard, "a dump of the database", dump)
        for file in self.kept_files(self.data):
            faults += self.found(heard, f"{file.name} after a checkpoint", file.read_bytes())
        self.assertEqual(sorted(set(faults)), [])

        for number in [*NUMBERS, TEST_NUMBER, KAZAKH]:
            self.assertFalse(contains_number(log, number), f"{number} in the log")
            self.assertFalse(contains_number(metrics, number), f"{number} in the metrics")

        # The same search finds what is kept on purpose, so it would have found the rest.
        self.assertTrue(all(contains_number(dump, number) for number in NUMBERS[:5]))
        self.assertTrue(contains_code(dump, NUMBERS[0][1:]))
        self.assertIn(b'"event":"request"', log)

    def test_the_search_is_able_to_fail(self) -> None:
        heard = Heard()
        heard.tokens.add("dp_secret")
        self.assertEqual(self.found(heard, "it", b'{"code":"%s"}' % TEST_CODE.encode()), ["a code in it"])
        self.assertEqual(self.found(heard, "it", b"1%s" % TEST_CODE.encode()), [])
        self.assertEqual(self.found(heard, "it", b"bearer dp_secret"), ["a token in it"])
        self.assertTrue(contains_number(b"to=+41791234567", NUMBERS[0]))
        self.assertTrue(contains_number(b"0791234567", NUMBERS[0]))
        self.assertFalse(contains_number(b"+41*******67", NUMBERS[0]))
