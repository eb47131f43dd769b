"""Why a text did not arrive: the admin API and `dialproof explain` tell one story, and neither a code nor a number.

Codes have ten digits here, so that no other number of the same length is one by chance.
"""

import json
import re
import subprocess

from dialproof import JSON, Server, SystemTest, command, wait_until, wrong

NUMBER, OTHER = "+41791234567", "+41791234568"
STORY = ["verification_started", "code_made", "message_stored", "message_tried", "receipt_came", "message_state",
         "guess_missed", "verification_approved"]  # fmt: skip


class Explain(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.file = self.config("[services.default]\ncode_length = 10\n")

    def explain(self, *arguments: str) -> subprocess.CompletedProcess:
        return command("explain", *arguments, "--dev", "--config", str(self.file), "--data", str(self.data))

    def explained(self, *arguments: str) -> str:
        done = self.explain(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def newest(self, number: str) -> str:
        """The id of the newest verification of that number."""
        return re.match(r"Verification (\S+) of ", self.explained(number)).group(1)

    def timeline(self, server: Server, verification: str) -> dict:
        answer = server.as_admin("GET", f"/admin/v1/verifications/{verification}/timeline")
        self.assert_status(answer, 200)
        return answer.json

    def test_a_text_that_failed_a_wrong_guess_and_a_right_one(self) -> None:
        server = self.serve(config=self.file)
        script = server.ask("POST", "/dev/carrier", JSON, json.dumps({"to": NUMBER, "outcome": "fail"}).encode())
        self.assert_status(script, 200)
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        verification = self.newest(NUMBER)
        self.assertTrue(wait_until(lambda: '"state":"failed"' in json.dumps(
            self.timeline(server, verification), separators=(",", ":"))))  # fmt: skip
        self.assert_status(server.verify(NUMBER, token, wrong(code)), 400)
        self.assert_status(server.verify(NUMBER, token, code), 200)

        timeline = self.timeline(server, verification)
        steps = {step["what"]: step for step in timeline["steps"]}
        self.assertEqual(list(steps), STORY)
        self.assertEqual(timeline["status"], "approved")
        self.assertEqual((steps["message_tried"]["provider"], steps["message_tried"]["outcome"]),
                         ("dev_inbox", "accepted"))  # fmt: skip
        self.assertEqual((steps["receipt_came"]["told"], steps["receipt_came"]["error"]), ("failed", "failed_by_script"))
        self.assertTrue(steps["message_state"]["why"].startswith("failed_by_script: "), steps["message_state"])
        self.assertEqual(steps["guess_missed"]["misses"], 1)
        self.assertIn("services.default.guesses", steps["guess_missed"]["why"])

        printed = self.explained(verification)
        self.assertEqual(re.findall(r"^\S+Z  (\w+)", printed, re.MULTILINE), STORY)
        for step in timeline["steps"]:
            self.assertIn(step["at"], printed)
            self.assertIn(step.get("why", ""), printed)
        self.assertEqual(self.explained(NUMBER), printed)
        for told in (json.dumps(timeline), printed):
            self.assertIn("+41*******67", told)
            for secret in (code, wrong(code), NUMBER[1:], NUMBER[3:], token):
                self.assertNotIn(secret, told)

    def test_of_a_number_the_newest_come_first_and_no_more_than_asked_for(self) -> None:
        server = self.serve(config=self.file)
        ids = []
        for _ in range(3):
            server.registered(NUMBER)
            ids.insert(0, self.newest(NUMBER))
            server.advance(600)
        self.assertEqual(len(set(ids)), 3)
        for limit in (1, 2, 3, 100):
            printed = self.explained(NUMBER, "--limit", str(limit))
            self.assertEqual(re.findall(r"^Verification (\S+) of", printed, re.MULTILINE), ids[:limit])
        self.assertIn("verification_ended", self.explained(ids[1]))
        self.assertIn("superseded", self.explained(ids[1]))

    def test_nothing_is_said_to_be_nothing(self) -> None:
        server = self.serve(config=self.file)
        for what, sentence in ((OTHER, "there is no verification of +41*******68"),
                               ("0123abcd", "there is no verification 0123abcd"),
                               ("+41x", "expected a number in E.164 form")):  # fmt: skip
            done = self.explain(what)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(sentence, done.stderr)
        self.assertEqual(self.explain(NUMBER, "--limit", "0").returncode, 2)
        missing = server.as_admin("GET", "/admin/v1/verifications/0123abcd/timeline")
        self.assert_status(missing, 404)
        self.assertEqual(missing.json["error"]["field"], "id")

    def test_the_providers_say_how_they_are_doing(self) -> None:
        server = self.serve(config=self.file)
        script = {"to": NUMBER, "outcome": "refuse"}
        self.assert_status(server.ask("POST", "/dev/carrier", JSON, json.dumps(script).encode()), 200)
        server.registered(NUMBER)
        server.registered(OTHER)

        def health() -> dict:
            answer = server.as_admin("GET", "/admin/v1/providers")
            self.assert_status(answer, 200)
            return answer.json["providers"][0]

        self.assertTrue(wait_until(lambda: health()["receipts"].get("delivered")), health())
        seen = health()
        self.assertEqual(seen["outcomes"], {"accepted": 1, "refused": 1})
        self.assertEqual((seen["name"], seen["breaker"], seen["error"]), ("dev_inbox", "closed", "refused_by_script"))
