"""Providers by HTTP, as small servers that follow their documented contract: what they are asked, what they answer,
and what they tell later."""

import base64
import hashlib
import hmac
import json

from carriers import CarrierTest, code_in, free_ports, number
from contracts import CONTRACTS, PUBLIC_URL, TO, Contract, said
from dialproof import Server, samples, wait_until
from http_provider import FORM, Asked, Provider, call

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
price_per_part = ["0.05 EUR", "KZ 18 KZT"]
secrets_file = "{secrets}"
"""
BY_CONTRACT = """
[providers.{kind}]
kind = "{kind}"
sender_id = "Acme"
base_url = "{url}"
secrets_file = "{secrets}"
{settings}
"""
ACME_API = """
[send]
url = "{url}/v1/send"
body = "json"
json = '{{"to":"{{to_digits}}","text":"{{text}}","from":"{{sender_id}}","callback":"{{receipt_url}}"}}'
headers = {{ authorization = "Bearer {{secret.token}}" }}
[answer]
reference = "/id"
price = {{ amount = "/cost", currency = "EUR" }}
[[answer.codes]]
place = "/status"
outcomes = {{ 0 = "accepted", 4 = "refused", 13 = "fraud" }}
[callback]
status = "state"
error = "err"
states = {{ DELIVRD = "delivered", UNDELIV = "failed" }}
"""


def twilio_signature(url: str, form: dict[str, str]) -> str:
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class HttpProviderTest(CarrierTest):
    def serve_with(self, order: list[str], providers: str, public_url: str = "") -> Server:
        (own,) = free_ports(1)
        public_url = public_url or f"http://127.0.0.1:{own}"
        self.config_file = self.carriers_config(order, providers, f'public_url = "{public_url}"')
        return self.serve(dev=False, config=self.config_file, listen=f"127.0.0.1:{own}")

    def webhook(self, provider: Provider) -> str:
        secret = "whsec_" + base64.b64encode(WEBHOOK_KEY).decode()
        return WEBHOOK.format(url=provider.url, secrets=self.secrets("webhook", secret=secret))


class HttpProviders(HttpProviderTest):
    def twilio(self, provider: Provider) -> str:
        return TWILIO.format(account=ACCOUNT, url=provider.url, secrets=self.secrets("twilio", auth_token=AUTH_TOKEN))

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
        self.assertEqual(call(url, body, FORM), 403, "it is not signed")
        self.assertEqual(call(url, body, FORM | {"x-twilio-signature": twilio_signature(url + "x", told)}), 403)
        self.assertEqual(call(url[:-1] + "_", body, FORM | {"x-twilio-signature": "x"}), 404)
        signed = FORM | {"x-twilio-signature": twilio_signature(url, told)}
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
        self.assertEqual(call(asked.json["callback"], b"state=WHO", FORM), 200, "a state that tells nothing")
        self.assertEqual(call(asked.json["callback"], b"state=DELIVRD", FORM), 200)
        self.assert_settles(server, "acme", "delivered")

    def test_what_a_text_costs_is_said_before_and_after(self) -> None:
        acme = Provider(self, lambda _: (200, '{"status":0,"id":"a1","cost":0.0475}'))
        server = self.serve_with(["acme"], self.acme(acme))
        status, said_of_it = self.ran(self.config_file, "send-test", "--to", number(1))
        self.assertEqual(status, 0, said_of_it)
        self.assertIn("text       GSM-7, 1 part, expected to cost 0.05 EUR\n", said_of_it)
        self.assertIn("price      0.0475 EUR\n", said_of_it)
        server.registered(number(2))
        self.assert_settles(server, "acme", "sent")
        _, explained = self.ran(self.config_file, "explain", number(2))
        self.assertIn(" price=0.0475 EUR\n", explained)

        acme.answers = lambda _: (200, '{"status":0,"id":"a2"}')
        server.registered(number(3))
        self.assert_settles(server, "acme", "sent", 2)
        _, explained = self.ran(self.config_file, "explain", number(3))
        self.assertIn(" expected_cost=0.05 EUR\n", explained)

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
        self.assertEqual(call(asked.json["callback"], b"state=UNDELIV&err=7", FORM), 200)
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


class Contracts(HttpProviderTest):
    """Each of the table, one after the other: a text that is taken and delivered, one that is refused, and one that
    comes at a busy time."""

    def test_each_provider_is_asked_and_understood_as_it_documents(self) -> None:
        for make in CONTRACTS:
            contract = make(self.folder)
            with self.subTest(contract.kind):
                self.data = self.folder / contract.kind
                self.follow(contract)

    def follow(self, contract: Contract) -> None:
        replies = {contract.path: contract.taken} | contract.others
        provider = Provider(self, lambda asked: replies.get(asked.path.split("?")[0], (404, "")))
        hook = Provider(self, lambda _: (200, ""))
        server = self.serve_with([contract.kind, "webhook"], self.by_contract(contract, provider) + self.webhook(hook),
                                 PUBLIC_URL)  # fmt: skip
        token = server.registered(TO)
        asked = self.text_in(provider, contract)
        self.assert_says(contract, asked)
        self.assert_delivers(server, contract, asked)
        if contract.cost:
            currency, amount = contract.cost.split()
            name = f'dialproof_message_cost_total{{currency="{currency}",provider="{contract.kind}"}}'
            self.assertTrue(wait_until(lambda: self.metrics(server).get(name)), "no cost is counted")
            self.assertAlmostEqual(self.metrics(server)[name], float(amount))
        self.assert_verifies(server, TO, token, code_in(said(asked)[contract.text]))

        replies[contract.path] = contract.refused
        server.registered(number(2))
        hook.text_to()  # one other provider may think otherwise
        self.assertEqual(self.outcomes(server, contract), {"accepted": 1, "refused": 1})

        replies[contract.path] = contract.busy
        server.registered(number(3))
        self.text_in(provider, contract, 3)
        self.assertTrue(wait_until(lambda: self.outcomes(server, contract).get(contract.busy_is)))
        self.assert_stops_well(server)

    def by_contract(self, contract: Contract, provider: Provider) -> str:
        secrets = self.secrets(contract.kind, **contract.secrets)
        return BY_CONTRACT.format(kind=contract.kind, url=provider.url, secrets=secrets, settings=contract.settings)

    def text_in(self, provider: Provider, contract: Contract, count: int = 1) -> Asked:
        def texts() -> list[Asked]:
            return [asked for asked in provider.asked if asked.path.split("?")[0] == contract.path]

        self.assertTrue(wait_until(lambda: len(texts()) >= count), [asked.path for asked in provider.asked])
        return texts()[count - 1]

    def assert_says(self, contract: Contract, asked: Asked) -> None:
        self.assertTrue(contract.is_allowed(asked), asked.headers)
        given = said(asked)
        self.assertEqual({name: given.get(name) for name in contract.fields}, contract.fields)
        self.assertRegex(given[contract.text], r"\b\d{6}\b")

    def assert_delivers(self, server: Server, contract: Contract, asked: Asked) -> None:
        if contract.tells:
            url = said(asked)[contract.receipt_url] if contract.receipt_url else self.account_url(contract)
            self.assertTrue(url.startswith(f"{PUBLIC_URL}/receipts/{contract.kind}/"), url)
            if contract.forges:
                self.assertEqual(self.told(server, contract.forges(url)), 403)
            self.assertEqual(self.told(server, contract.tells(url)), 200)
        self.assert_settles(server, contract.kind, "delivered")

    def account_url(self, contract: Contract) -> str:
        status, printed = self.ran(self.config_file, "providers", "receipt-url", contract.kind)
        self.assertEqual(status, 0, printed)
        return printed.strip()

    def told(self, server: Server, what: tuple) -> int:
        """Through the proxy that the public URL stands for."""
        url, body, headers = what
        return call(url.replace(PUBLIC_URL, server.url), body, headers)

    def outcomes(self, server: Server, contract: Contract) -> dict[str, int]:
        listed = server.as_admin("GET", "/admin/v1/providers").json["providers"]
        return next(each["outcomes"] for each in listed if each["name"] == contract.kind)

    def metrics(self, server: Server) -> dict[str, float]:
        return samples(server.ask("GET", "/metrics").body.decode())
