"""PyJWT, as any service that reads or makes Techno SSO's tokens would use it."""

import time

import jwt
from dialproof import SystemTest

KEY = "a key that other services know too"
USER, NUMBER = "60a7a2e3c2a1b5d6e7f80912", "+77078275615"


class Jwt(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.serve(environment={"DIALPROOF_TECHNO_SSO_JWT_KEY": KEY})

    def add_phone(self, token: str, phone: str = NUMBER) -> tuple[int, str]:
        headers = {"authorization": f"Bearer {token}"}
        answer = self.server.send("PUT", "/api/v1/profile/phone", {"phone": phone}, headers)
        return answer.status, answer.json.get("error", {}).get("message", "")

    def made(self, **claims) -> str:
        return jwt.encode({"tdid": USER, "exp": int(time.time()) + 3600} | claims, KEY, algorithm="HS256")

    def test_our_tokens_are_read(self) -> None:
        self.server.add_user(USER, {"phone": NUMBER})
        code = self.server.code_sent(NUMBER)
        signed_in = self.server.send("PUT", "/api/v1/auth/verify/token", {"token": code, "tdid": USER}).json
        access = jwt.decode(signed_in["access_token"], KEY, algorithms=["HS256"], options={"require": ["exp"]})
        self.assertEqual((access["tdid"], access["roles"], "is_refresh" in access), (USER, ["user"], False))
        self.assertAlmostEqual(access["exp"], time.time() + 120 * 60, delta=60)
        refresh = jwt.decode(signed_in["refresh_token"], KEY, algorithms=["HS256"])
        self.assertEqual((refresh["tdid"], refresh["is_refresh"]), (USER, True))
        self.assertAlmostEqual(refresh["exp"], time.time() + 30 * 86400, delta=60)
        with self.assertRaises(jwt.InvalidSignatureError):
            jwt.decode(signed_in["access_token"], "another key", algorithms=["HS256"])

    def test_its_tokens_are_accepted(self) -> None:
        self.server.add_user(USER)
        for token in (self.made(), self.made(roles=["user", "admin"]), self.made(exp=time.time() + 3600.5),
                      self.made(nbf=int(time.time()) - 5, iat=int(time.time()) - 5, extra={"a": [1]})):  # fmt: skip
            self.assertEqual(self.add_phone(token), (201, ""))
            self.server.advance(20)

    def test_its_bad_tokens_are_refused(self) -> None:
        self.server.add_user(USER)
        now = int(time.time())
        unsigned = jwt.encode({"tdid": USER, "exp": now + 3600}, None, algorithm="none")
        stronger = jwt.encode({"tdid": USER, "exp": now + 3600}, KEY, algorithm="HS512")
        foreign = jwt.encode({"tdid": USER, "exp": now + 3600}, "another key", algorithm="HS256")
        for token, message in ((unsigned, "jwtauth: algorithm mismatch"), (stronger, "jwtauth: algorithm mismatch"),
                               (foreign, "jwtauth: token is unauthorized"), (self.made()[:-2], "jwtauth: token is unauthorized"),
                               (self.made(exp=now - 1), "jwtauth: token is expired"),
                               (self.made(nbf=now + 600), "jwtauth: token nbf validation failed"),
                               (self.made(is_refresh=True), "token is incorrect or expired")):  # fmt: skip
            self.assertEqual(self.add_phone(token), (401, message))
