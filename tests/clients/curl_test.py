"""curl against all four APIs, as a shell uses it."""

import json
import subprocess

from dialproof import SystemTest

PATIENCE = 30.0


class Curl(SystemTest):
    def curl(self, *arguments: str) -> tuple[int, str]:
        """Status and body."""
        done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", "--write-out", "\n%{http_code}",
                               *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True)  # fmt: skip
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def setUp(self) -> None:
        super().setUp()
        self.server = self.serve()
        self.url = self.server.url
        self.admin = ["-H", f"Authorization: Bearer {self.server.admin_token}"]

    def test_django_phone_verify(self) -> None:
        number = "+41791230021"
        status, body = self.curl(self.url + "/api/phone/register", "--data-urlencode", f"phone_number={number}")
        self.assertEqual(status, 200)
        token = json.loads(body)["session_token"]
        code = self.server.code_sent(number)
        form = ["-F", f"phone_number={number}", "-F", f"session_token={token}", "-F", f"security_code={code}"]
        self.assertEqual(self.curl(self.url + "/api/phone/verify", *form), (200, '{"message":"Security code is valid."}'))

    def test_in_http2_by_prior_knowledge(self) -> None:
        number = "+41791230029"
        http2 = ["--http2-prior-knowledge", self.url + "/api/phone/register", "--data-urlencode", f"phone_number={number}"]
        status, body = self.curl(*http2, "--output", "/dev/stderr", "--write-out", "%{http_version}\n%{http_code}")
        self.assertEqual((status, body), (200, "2"))
        self.assertTrue(self.server.code_sent(number))

    def test_nghttp_and_h2load(self) -> None:
        """nghttp2's own tools: one request that is shown, and many on few connections."""
        shown = subprocess.run(["nghttp", "-nv", self.url + "/healthz"], capture_output=True, text=True,
                               timeout=PATIENCE, check=True).stdout  # fmt: skip
        self.assertIn(":status: 200", shown)
        loaded = subprocess.run(["h2load", "-n", "5000", "-c", "10", "-m", "50", self.url + "/healthz"],
                                capture_output=True, text=True, timeout=PATIENCE, check=True).stdout  # fmt: skip
        self.assertIn("5000 succeeded, 0 failed, 0 errored, 0 timeout", loaded)

    def test_zitadel(self) -> None:
        self.server.add_user("ada")
        number = "+41791230022"
        path = f"{self.url}/v2/users/ada/phone"
        status, body = self.curl(path, *self.admin, "-d", json.dumps({"phone": number, "returnCode": {}}))
        self.assertEqual(status, 200, body)
        code = json.loads(body)["verificationCode"]
        self.assertEqual(self.curl(path + "/verify", *self.admin, "-d", json.dumps({"verificationCode": code}))[0], 200)
        self.assertEqual(self.curl("-X", "DELETE", path, *self.admin)[0], 200)

    def test_sms_settings_with_a_cookie_jar(self) -> None:
        number = "+41791230023"
        session = self.server.session("ada")["x-session-id"]
        jar = self.folder / "cookies"
        jar.write_text(f"127.0.0.1\tFALSE\t/\tFALSE\t0\tx-session-id\t{session}\n")
        path = f"{self.url}/api/v1/sms_settings/ada"
        status, body = self.curl("-X", "PUT", path, "-b", str(jar), "--data-urlencode", f"phone={number}")
        self.assertEqual(status, 200, body)
        code = self.server.code_sent(number)
        verify = [self.url + "/api/v1/sms_settings/verify", "--data-urlencode", f"phone={number}", "-d", f"code={code}"]
        self.assertEqual(self.curl(*verify), (204, ""))
        self.assertEqual(json.loads(self.curl(path, "-b", str(jar))[1])["verified"], True)

    def test_techno_sso(self) -> None:
        user, number = "60a7a2e3c2a1b5d6e7f80912", "+77078275615"
        self.server.add_user(user, {"phone": number})
        code = self.server.code_sent(number)
        token = [self.url + "/api/v1/auth/verify/token", "-X", "PUT", "-d", json.dumps({"token": code, "tdid": user})]
        status, body = self.curl(*token)
        self.assertEqual(status, 200, body)
        jwt = ["-H", "Authorization: BEARER " + json.loads(body)["token"]]
        self.server.advance(20)
        profile = [self.url + "/api/v1/profile/phone", "-X", "PUT", "-d", '{"phone":"8 707 827 56 16"}']
        self.assertEqual(self.curl(*profile, *jwt)[0], 201)
        self.assertEqual(self.curl(*profile)[0], 401)
