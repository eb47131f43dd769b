"""Providers by HTTP, as small servers that follow their documented contract: what they are asked, what they answer,
and what they tell later."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import urllib.request
from typing import Callable
from urllib.error import HTTPError
from urllib.parse import parse_qsl

from carriers import CarrierTest, code_in, free_ports, number
from dialproof import Server, wait_until

AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
WEBHOOK_KEY = b"thirty-two bytes of a shared key"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TWILIO = """
[providers.twilio]
kind = "twilio"
account_sid = "{account}"
sender_id = "+15005550006"
base_url = "{url}"
secrets_file = "{secrets}"
"""
WEBHOOK = """
[providers.webhook]
kind = "webhook"
url = "{url}/texts"
secrets_file = "{secrets}"
"""
ACME = """
[providers.acme]
kind = "http"
sender_id = "Acme"
api_file = "{file}"
secrets_file = "{secrets}"
"""
ACME_API = """
[send]
url = "{url}/v1/send"
body = "json"
json = '{{"to":"{{to_digits}}","text":"{{text}}","from":"{{sender_id}}","callback":"{{receipt_url}}"}}'
headers = {{ authorization = "Bearer {{secret.token}}" }}
[answer]
reference = "/id"
[[answer.codes]]
place = "/status"
outcomes = {{ 0 = "accepted", 4 = "refused", 13 = "fraud" }}
[callback]
status = "state"
error = "err"
states = {{ DELIVRD = "delivered", UNDELIV = "failed" }}
"""


class Asked:
    """One request that a provider got."""

    def __init__(self, path: str, headers, body: bytes) -> None:
        self.path, self.headers, self.body = path, headers, body

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class Provider:
    """Answers what `answers` gives, a status and a body, and remembers what it was asked. None: it says nothing."""

    def __init__(self, test: CarrierTest, answers: Callable[[Asked], tuple[int, str] | None]) -> None:
        self.asked: list[Asked] = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                asked = Asked(self.path, self.headers, body)
                provider.asked.append(asked)
                answer = provider.answers(asked)
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_) -> None:
                pass

        self.answers = answers
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def text_to(self, count: int = 1) -> Asked:
        """The newest request, once there are so many."""
        assert wait_until(lambda: len(self.asked) >= count), f"expected {count} requests, not {len(self.asked)}"
        return self.asked[-1]


def call(url: str, body: bytes, headers: dict[str, str]) -> int:
    """As a provider would."""
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code


def twilio_signature(url: str, form: dict[str, str]) -> str:
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class HttpProviders(CarrierTest):
    def serve_with(self, order: list[str], providers: str) -> Server:
        (own,) = free_ports(1)
        config = self.carriers_config(order, providers, f'public_url = "http://127.0.0.1:{own}"')
        return self.serve(dev=False, config=config, listen=f"127.0.0.1:{own}")

    def twilio(self, provider: Provider) -> str:
        return TWILIO.format(account=ACCOUNT, url=provider.url, secrets=self.secrets("twilio", auth_token=AUTH_TOKEN))

    def webhook(self, provider: Provider) -> str:
        secret = "whsec_" + base64.b64encode(WEBHOOK_KEY).decode()
        return WEBHOOK.format(url=provider.url, secrets=self.secrets("webhook", secret=secret))

    def acme(self, provider: Provider) -> str:
        file = self.folder / "acme.toml"
        file.write_text(ACME_API.format(url=provider.url))
        return ACME.format(file=file, secrets=self.secrets("acme", token="t0k3n"))

    def test_twilio_is_asked_tells_by_signed_calls_and_hears_of_the_use(self) -> None:
        twilio = Provider(self, lambda _: (201, '{"sid":"SM1","status":"queued"}'))
        server = self.serve_with(["twilio"], self.twilio(twilio))
        token = server.registered(number(1))
        asked = twilio.text_to()
        self.assertEqual(asked.path, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
        self.assertEqual(asked.form["To"], number(1))
        url = asked.form["StatusCallback"]
        told = {"MessageSid": "SM1", "MessageStatus": "delivered", "AccountSid": ACCOUNT}
        body = "&".join(f"{name}={value}" for name, value in told.items()).encode()
        form = {"content-type": "application/x-www-form-urlencoded"}
        self.assertEqual(call(url, body, form), 403, "it is not signed")
        self.assertEqual(call(url, body, form | {"x-twilio-signature": twilio_signature(url + "x", told)}), 403)
        self.assertEqual(call(url[:-1] + "_", body, form | {"x-twilio-signature": "x"}), 404)
        signed = form | {"x-twilio-signature": twilio_signature(url, told)}
        self.assertEqual(call(url, body, signed), 200)
        self.assert_settles(server, "twilio", "delivered")
        self.assertEqual(call(url, body, signed), 200, "once more tells nothing new")

        self.assert_verifies(server, number(1), token, code_in(asked.form["Body"]))
        used = twilio.text_to(2)
        self.assertEqual(used.path, f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Feedback.json")
        self.assertEqual(used.form, {"Outcome": "confirmed"})

    def test_a_webhook_gets_one_id_in_every_try_and_a_signature_that_holds(self) -> None:
        answers = [(503, ""), (200, '{"message_id":"w1"}')]
        hook = Provider(self, lambda _: answers.pop(0))
        server = self.serve_with(["webhook"], self.webhook(hook))
        token = server.registered(number(1))
        second = hook.text_to(2)
        first = hook.asked[0]
        self.assertEqual(first.headers["webhook-id"], second.headers["webhook-id"])
        signed = f'{second.headers["webhook-id"]}.{second.headers["webhook-timestamp"]}.'.encode() + second.body
        expected = base64.b64encode(hmac.new(WEBHOOK_KEY, signed, hashlib.sha256).digest()).decode()
        self.assertIn(f"v1,{expected}", second.headers["webhook-signature"].split(" "))
        self.assert_verifies(server, number(1), token, second.json["code"])

    def test_an_api_of_ones_own_is_a_file(self) -> None:
        acme = Provider(self, lambda _: (200, '{"status":0,"id":"a1"}'))
        server = self.serve_with(["acme"], self.acme(acme))
        server.registered(number(1))
        asked = acme.text_to()
        self.assertEqual(asked.headers["authorization"], "Bearer t0k3n")
        self.assertEqual((asked.json["to"], asked.json["from"]), (number(1)[1:], "Acme"))
        form = {"content-type": "application/x-www-form-urlencoded"}
        self.assertEqual(call(asked.json["callback"], b"state=WHO", form), 200, "a state that tells nothing")
        self.assertEqual(call(asked.json["callback"], b"state=DELIVRD", form), 200)
        self.assert_settles(server, "acme", "delivered")

    def test_no_answer_and_a_failure_each_give_the_next_provider_its_turn_with_the_same_code(self) -> None:
        acme = Provider(self, lambda _: None)
        hook = Provider(self, lambda _: (200, ""))
        server = self.serve_with(["acme", "webhook"], self.acme(acme) + self.webhook(hook))
        server.registered(number(1))
        second = hook.text_to()
        self.assertEqual(code_in(acme.text_to().json["text"]), second.json["code"])
        self.assertTrue(wait_until(lambda: self.logged(server, "message_sent_again") == 1), server.log.text)

        acme.answers = lambda _: (200, '{"status":0,"id":"a2"}')
        server.registered(number(2))
        asked = acme.text_to(2)
        form = {"content-type": "application/x-www-form-urlencoded"}
        self.assertEqual(call(asked.json["callback"], b"state=UNDELIV&err=7", form), 200)
        self.assertEqual(hook.text_to(2).json["code"], code_in(asked.json["text"]))

    def test_suspected_fraud_is_no_second_providers_bill(self) -> None:
        acme = Provider(self, lambda _: (200, '{"status":13}'))
        hook = Provider(self, lambda _: (200, ""))
        server = self.serve_with(["acme", "webhook"], self.acme(acme) + self.webhook(hook))
        server.registered(number(1))
        self.assert_settles(server, "acme", "failed")
        self.assertEqual(hook.asked, [])

    def test_a_provider_that_is_down_is_passed_over_at_once_and_rests(self) -> None:
        (closed,) = free_ports(1)
        down = Provider(self, lambda _: (200, ""))
        down.url = f"http://127.0.0.1:{closed}"
        hook = Provider(self, lambda _: (200, ""))
        server = self.serve_with(["acme", "webhook"], self.acme(down) + self.webhook(hook))
        for index in range(6):
            server.registered(number(index))
        hook.text_to(6)
        listed = server.as_admin("GET", "/admin/v1/providers").json
        acme = next(each for each in listed["providers"] if each["name"] == "acme")
        self.assertEqual(acme["breaker"], "open")
        self.assertEqual(acme["error"], "connect_failed")
        self.assertNotIn("t0k3n", json.dumps(listed))
