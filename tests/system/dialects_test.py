"""The main job through both dialects, and one truth below them."""

import json
from concurrent.futures import ThreadPoolExecutor

from dialproof import JSON, SystemTest, wrong

NUMBER, OTHER = "+41791234567", "+41791234568"


class Dialects(SystemTest):
    def test_django_registers_and_verifies(self) -> None:
        server = self.serve()
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        refused = server.verify(NUMBER, token, wrong(code))
        self.assert_status(refused, 400)
        self.assertEqual(refused.json, {"non_field_errors": ["Security code is not valid"]})
        self.assertEqual(server.verify(NUMBER, token, code).json, {"message": "Security code is valid."})
        again = server.verify(NUMBER, token, code)
        self.assertEqual(again.json, {"non_field_errors": ["Security code is already verified"]})

    def test_zitadel_sets_and_verifies_a_phone(self) -> None:
        server = self.serve()
        self.assert_status(server.add_user("ada"), 200)
        set_phone = server.as_admin("POST", "/v2/users/ada/phone", {"phone": NUMBER})
        self.assert_status(set_phone, 200)
        self.assertNotIn("verificationCode", set_phone.json)
        first = server.code_sent(NUMBER)
        self.assertEqual(server.user("ada")["phone"], {"phone": NUMBER})

        server.advance(60)
        self.assert_status(server.as_admin("POST", "/v2/users/ada/phone/resend", {}), 200)
        second = server.code_sent(NUMBER, count=2)
        if first != second:
            old = server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": first})
            self.assertEqual(old.json["details"][0]["id"], "COMMAND-eis9R")
        self.assert_status(server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": second}), 200)
        self.assertEqual(server.user("ada")["phone"], {"phone": NUMBER, "isVerified": True})

        self.assert_status(server.as_admin("DELETE", "/v2/users/ada/phone"), 200)
        self.assertNotIn(NUMBER, json.dumps(server.user("ada")))
        self.assert_status(server.as_admin("DELETE", "/v2/users/ada"), 200)
        self.assert_status(server.as_admin("GET", "/v2/users/ada"), 404)

    def test_a_guess_spent_in_one_dialect_is_spent_in_the_other(self) -> None:
        server = self.serve(config=self.config('[line]\nguesses = ["4/1h"]\n'))
        server.add_user("ada", {"phone": NUMBER})
        code = server.code_sent(NUMBER)
        for _ in range(3):
            missed = server.as_admin("POST", "/v2/users/ada/phone/verify", {"verificationCode": wrong(code)})
            self.assert_status(missed, 400)
        server.advance(120)
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER, count=2)
        # The fourth guess of the line is the last one, whichever verification it was for.
        self.assertEqual(server.verify(NUMBER, token, wrong(code)).json,
                         {"non_field_errors": ["Security code is not valid"]})  # fmt: skip
        spent = server.verify(NUMBER, token, code)
        self.assertEqual(spent.json, {"non_field_errors": ["Too many failed verification attempts. Please request a "
                                                           "new code."]})  # fmt: skip
        self.assertEqual(server.as_admin("GET", "/admin/v1/lines/" + NUMBER).json["guesses_left"], 0)
        # Another number is not touched.
        other = server.registered(OTHER)
        self.assert_status(server.verify(OTHER, other, server.code_sent(OTHER)), 200)

    def test_parallel_guesses_are_counted_each(self) -> None:
        server = self.serve()
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        with ThreadPoolExecutor(16) as callers:
            said = list(callers.map(lambda _: server.verify(NUMBER, token, wrong(code)).body, range(16)))
        self.assertEqual(sum(b"Security code is not valid" in answer for answer in said), 5, said)
        self.assertEqual(sum(b"Too many failed" in answer for answer in said), 11, said)
        self.assertEqual(len(server.as_admin("GET", "/admin/v1/lines/" + NUMBER).json["misses"]), 5)

    def test_sends_are_limited_whichever_dialect_asks(self) -> None:
        server = self.serve()
        server.registered(NUMBER)
        server.add_user("ada")
        limited = server.as_admin("POST", "/v2/users/ada/phone", {"phone": NUMBER})
        self.assert_status(limited, 429)
        self.assertEqual(limited.json["code"], 8)
        self.assertLessEqual(int(limited.headers["retry-after"]), 60)
        throttled = server.register(NUMBER)
        self.assert_status(throttled, 429)
        self.assertIn("throttled", throttled.json["detail"])

    def test_a_dialect_can_be_switched_off(self) -> None:
        server = self.serve(config=self.config("[dialects.django_phone_verify]\nenabled = false\n"))
        self.assert_status(server.register(NUMBER), 404)
        self.assert_status(server.add_user("ada"), 200)

    def test_a_test_number_has_its_code_and_gets_no_message(self) -> None:
        server = self.serve(config=self.config('[test_numbers]\n"+41791234569" = "246810"\n'))
        number = "+41791234569"
        token = server.registered(number)
        self.assert_status(server.verify(number, token, "246810"), 200)
        # A message for another number, asked for later, has come: one for this number would have, too.
        server.registered(OTHER)
        server.code_sent(OTHER)
        self.assertEqual(server.messages(number), [])

    def test_numbers_of_countries_that_are_not_named_are_refused(self) -> None:
        server = self.serve(config=self.config('[services.default]\ncountries = ["DE"]\n'))
        refused = server.register(NUMBER)
        self.assert_status(refused, 400)
        self.assertEqual(refused.json, {"phone_number": ["Enter a valid phone number."]})
        self.assert_status(server.register("+4915112345678"), 200)

    def test_json_comes_in_too(self) -> None:
        server = self.serve()
        answer = server.ask("POST", "/api/phone/register", JSON, json.dumps({"phone_number": NUMBER}).encode())
        self.assert_status(answer, 200)
