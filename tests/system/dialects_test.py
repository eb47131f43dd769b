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

    def test_sms_settings_sets_and_verifies_a_phone(self) -> None:
        server = self.serve()
        owner, administrator = server.session("ada"), server.session("root", administrator=True)
        where = "/api/v1/sms_settings/ada"
        self.assert_status(server.send("GET", where, headers=owner), 204)
        self.assert_status(server.send("PUT", where, {"phone": NUMBER, "name": "Ada"}, owner), 200)
        code = server.code_sent(NUMBER)
        refused = server.send("POST", "/api/v1/sms_settings/verify", {"phone": NUMBER, "code": wrong(code)})
        self.assertEqual(refused.json["code"], "INVALID_CODE")
        self.assert_status(server.send("POST", "/api/v1/sms_settings/verify", {"phone": NUMBER, "code": code}), 204)
        self.assertEqual(server.send("GET", where, headers=administrator).json,
                         {"id": "ada", "phone": NUMBER, "verified": True, "name": "Ada", "subscriptions": {}})  # fmt: skip
        self.assert_status(server.send("GET", where, headers=server.session("ben")), 403)
        self.assert_status(server.send("POST", "/v1/sms_settings/get_settings_by_id", {"recipient_id": "ada"}), 404)

    def test_a_closed_session_is_told_on_every_route(self) -> None:
        server = self.serve()
        opened = server.as_admin("POST", "/admin/v1/sessions", {"user_id": "ada"}).json
        session = {"x-session-id": opened["session_id"]}
        self.assert_status(server.send("GET", "/api/v1/sms_settings/ada", headers=session), 204)
        self.assert_status(server.as_admin("DELETE", "/admin/v1/tokens/" + opened["id"]), 404)
        self.assert_status(server.as_admin("DELETE", "/admin/v1/sessions/" + opened["id"]), 204)
        self.assert_status(server.as_admin("DELETE", "/admin/v1/sessions/" + opened["id"]), 404)
        self.assert_status(server.send("GET", "/api/v1/sms_settings/ada", headers=session), 440)
        self.assert_status(server.send("POST", "/api/v1/sms_settings/verify", {"phone": NUMBER}, session), 440)

    def test_techno_sso_adds_a_phone_and_signs_in(self) -> None:
        server = self.serve(environment={"DIALPROOF_TECHNO_SSO_JWT_KEY": "a key that other services know too"})
        user, number = "60a7a2e3c2a1b5d6e7f80912", "+77078275615"
        server.add_user(user)
        self.assert_status(server.as_admin("POST", f"/v2/users/{user}/phone", {"phone": number}), 200)
        first = server.code_sent(number)
        signed_in = server.send("PUT", "/api/v1/auth/verify/token", {"token": first, "tdid": user})
        self.assert_status(signed_in, 200)
        jwt = {"authorization": "Bearer " + signed_in.json["access_token"]}
        self.assert_status(server.send("PUT", "/api/v1/profile/phone", {"phone": "87078275616"}, jwt), 429)
        server.advance(20)
        self.assert_status(server.send("PUT", "/api/v1/profile/phone", {"phone": "87078275616"}, jwt), 201)
        code = server.code_sent("+77078275616")
        self.assertEqual(len(code), 4)
        self.assertEqual(server.user(user)["phone"], {"phone": number, "isVerified": True})
        self.assert_status(server.send("PUT", "/api/v1/auth/verify/token", {"token": code, "phone": "77078275616"}), 200)
        self.assertEqual(server.user(user)["phone"], {"phone": "+77078275616", "isVerified": True})
        self.assertFalse((server.data / "techno-sso-jwt-key").exists())

    def test_four_digits_are_only_served_where_they_are_wanted(self) -> None:
        outgoing = self.folder / "outgoing.jsonl"
        text = f'[services.default]\ncountries = ["CH"]\n[senders]\norder = ["file"]\nfile.path = "{outgoing}"\n'
        server = self.serve(dev=False, config=self.config(text))
        self.assert_status(server.send("PUT", "/api/v1/auth/verify/token", {}), 404)
        server.stop()
        server = self.serve(dev=False, config=self.config(text + "[dialects.techno_sso]\nenabled = true\n"))
        self.assert_status(server.send("PUT", "/api/v1/auth/verify/token", {}), 422)

    def test_two_users_cannot_verify_one_number_at_once(self) -> None:
        server = self.serve(config=self.config('[services.default]\nuniqueness = "verified_once"\n'
                                               '[line]\nsend_gaps = []\n'))  # fmt: skip
        users = [f"user{i}" for i in range(4)]
        codes = {}
        for count, user in enumerate(users, 1):
            path = f"/api/v1/sms_settings/{user}"
            self.assert_status(server.send("PUT", path, {"phone": NUMBER}, server.session(user)), 200)
            codes[user] = server.code_sent(NUMBER, count=count)

        def verify(user: str) -> int:
            body = {"user_id": user, "code": codes[user]}
            return server.send("POST", "/api/v1/sms_settings/verify", body).status

        with ThreadPoolExecutor(len(users)) as callers:
            said = list(callers.map(verify, users))
        self.assertEqual(sorted(said), [204, 409, 409, 409])

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
