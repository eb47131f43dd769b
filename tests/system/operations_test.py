"""What those who run the server see of it: health, metrics, logs, limits."""

import json
import re
import socket

from dialproof import JSON, PATIENCE, ROOT, Server, SystemTest, samples, wait_until, wrong

NUMBER = "+41791234567"


def raw(server: Server, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
        client.sendall(data)
        return b"".join(iter(lambda: client.recv(65536), b""))


class Operations(SystemTest):
    def metrics(self, server: Server) -> str:
        answer = server.ask("GET", "/metrics")
        self.assert_status(answer, 200)
        self.assertTrue(answer.headers["content-type"].startswith("text/plain"))
        return answer.body.decode()

    def value(self, server: Server, name: str, *labels: str) -> float:
        """The sum of the samples of that name that have all these labels."""
        return sum(v for k, v in samples(self.metrics(server)).items()
                   if k.split("{")[0] == name and all(label in k for label in labels))  # fmt: skip

    def test_health_and_readiness(self) -> None:
        server = self.serve()
        self.assert_status(server.ask("GET", "/healthz"), 200)
        self.assert_status(server.ask("GET", "/readyz"), 200)

    def test_the_work_is_counted(self) -> None:
        server = self.serve()
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        server.verify(NUMBER, token, wrong(code))
        server.verify(NUMBER, token, code)
        server.register(NUMBER)
        wait_until(lambda: self.value(server, "dialproof_messages_settled_total", 'state="sent"') > 0)
        expected = {
            ("dialproof_verifications_started_total", 'dialect="django_phone_verify"', 'service="default"'): 1,
            ("dialproof_code_checks_total", 'outcome="approved"'): 1,
            ("dialproof_code_checks_total", 'outcome="code_wrong"'): 1,
            ("dialproof_refusals_total", 'reason="send_too_soon"'): 1,
            ("dialproof_messages_settled_total", 'state="sent"'): 1,
            ("dialproof_http_requests_total", 'status="429"'): 1,
        }
        for name, value in expected.items():
            self.assertEqual(self.value(server, *name), value, f"{name}\n{self.metrics(server)}")
        self.assertGreater(self.value(server, "dialproof_store_commit_seconds_count"), 2)

    def test_every_metric_is_on_its_page(self) -> None:
        server = self.serve()
        server.registered(NUMBER)
        raw(server, b"NONSENSE\r\n\r\n")
        page = (ROOT / "docs" / "operations.md").read_text()
        names = set(re.findall(r"^# TYPE (\S+)", self.metrics(server), re.MULTILINE))
        self.assertGreater(len(names), 8)
        for name in sorted(names):
            self.assertIn(f"`{name}`", page)

    def test_each_log_line_is_one_json_object(self) -> None:
        server = self.serve()
        server.registered(NUMBER)
        server.code_sent(NUMBER)
        self.assert_stops_well(server)
        lines = server.log.text.splitlines()
        events = [json.loads(line)["event"] for line in lines]
        for line in lines:
            self.assertTrue({"ts", "level", "event"} <= json.loads(line).keys(), line)
        for event in ("ready", "request", "stopping", "stopped"):
            self.assertIn(event, events)

    def test_every_log_event_is_on_its_page(self) -> None:
        page = (ROOT / "docs" / "operations.md").read_text()
        source = "\n".join(f.read_text() for f in (ROOT / "src").rglob("*.cpp") if not f.name.endswith("_test.cpp"))
        events = set(re.findall(r'\blog_?\.(?:info|warning|error)\(\s*"([a-z_]+)"', source))
        self.assertGreater(len(events), 5)
        for event in sorted(events):
            self.assertIn(f"`{event}`", page)

    def test_a_request_has_one_id_in_log_and_answer(self) -> None:
        server = self.serve()
        offered = "from-the-proxy-17"
        answer = server.ask("POST", "/api/phone/register", JSON | {"x-request-id": offered}, b"{}")
        self.assertEqual(answer.headers["x-request-id"], offered)
        self.assertTrue(server.log.wait_for(f'"request_id":"{offered}"'))
        made = server.ask("GET", "/healthz").headers["x-request-id"]
        self.assertRegex(made, r"^[0-9a-f]{32}$")

    def test_what_is_too_large_or_broken_is_refused_clearly(self) -> None:
        server = self.serve()
        large = server.ask("POST", "/api/phone/register", JSON, b"x" * (64 * 1024 + 1))
        self.assert_status(large, 413)
        self.assert_status(server.ask("GET", "/healthz", {"x-large": "x" * 20_000}), 431)
        self.assert_status(server.ask("GET", "/" + "x" * 10_000), 414)
        self.assertIn(b" 400 ", raw(server, b"NONSENSE\r\n\r\n").split(b"\r\n")[0])
        smuggled = raw(server, b"POST /api/phone/register HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")  # fmt: skip
        self.assertIn(b" 400 ", smuggled.split(b"\r\n")[0])
        self.assert_status(server.ask("GET", "/nowhere"), 404)
        self.assert_status(server.ask("PUT", "/healthz"), 405)
        self.assert_status(server.ask("GET", "/healthz"), 200)

    def test_requests_may_be_pipelined_and_chunked(self) -> None:
        server = self.serve()
        body = b"phone_number=%2B41791234567"
        chunked = (b"POST /api/phone/register HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                   b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
                   b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))  # fmt: skip
        answers = raw(server, chunked + b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        self.assertEqual(re.findall(rb"HTTP/1\.1 (\d+)", answers), [b"200", b"200"])
        self.assertIn(b"session_token", answers)

    def test_strangers_cannot_use_the_admin_api(self) -> None:
        server = self.serve()
        made = server.as_admin("POST", "/admin/v1/tokens", {"label": "shop", "roles": ["user.write"]})
        self.assert_status(made, 201)
        for method, path in (("GET", "/admin/v1/tokens"), ("POST", "/admin/v1/tokens"),
                             ("POST", "/admin/v1/sessions"), ("GET", f"/admin/v1/lines/{NUMBER}"),
                             ("GET", "/admin/v1/providers"), ("GET", "/admin/v1/verifications/any/timeline")):  # fmt: skip
            self.assert_status(server.ask(method, path, JSON, b"{}"), 401)
            self.assert_status(server.as_admin(method, path, {}, token=made.json["token"]), 403)

    def test_an_operator_can_clear_a_number_that_was_stopped(self) -> None:
        server = self.serve(config=self.config("[line]\nguesses_in_row_max = 3\n"))
        token = server.registered(NUMBER)
        code = server.code_sent(NUMBER)
        for _ in range(3):
            server.verify(NUMBER, token, wrong(code))
        self.assert_status(server.verify(NUMBER, token, code), 400)
        self.assertEqual(server.as_admin("GET", f"/admin/v1/lines/{NUMBER}").json["misses_in_row"], 3)
        self.assert_status(server.as_admin("DELETE", f"/admin/v1/lines/{NUMBER}/guesses"), 200)
        self.assert_status(server.verify(NUMBER, token, code), 200)

    def test_a_carrier_can_be_told_what_to_do(self) -> None:
        server = self.serve()
        for outcome, number in (("fail", "+41791234561"), ("refuse", "+41791234562"), ("silent", "+41791234563")):
            script = server.ask("POST", "/dev/carrier", JSON, json.dumps({"to": number, "outcome": outcome}).encode())
            self.assert_status(script, 200)
            server.registered(number)
        for number, state in (("+41791234561", "failed"), ("+41791234563", "sent")):
            seen = wait_until(lambda n=number, s=state: [m for m in server.messages(n) if m["status"] == s])
            self.assertTrue(seen, server.messages(number))
        server.registered("+41791234564")
        self.assertTrue(wait_until(lambda: [m for m in server.messages("+41791234564") if m["status"] == "delivered"]))
        page = server.ask("GET", "/dev")
        self.assertTrue(page.headers["content-type"].startswith("text/html"))
