"""What providers by HTTP document: what a text looks like to them, what they answer, and how they tell receipts.

Their signatures are made and checked here with Python's own means, not with ours.
"""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable
from urllib.parse import urlencode

from http_provider import FORM, Asked

PUBLIC_URL = "https://verify.example.com"  # a proxy in front of the server, as providers see it
TO = "+41792000001"
Reply = tuple[int, str]
Call = tuple[str, bytes | None, dict[str, str]]  # URL, body, headers
JSON = {"content-type": "application/json"}


@dataclass
class Contract:
    kind: str
    secrets: dict[str, str]
    path: str  # that texts are posted to
    fields: dict[str, Any]  # of what is said there, by path; text, code and receipt URL are looked at besides
    text: str  # where the text, or the code alone, stands
    is_allowed: Callable[[Asked], bool]
    taken: Reply
    refused: Reply  # though the status of HTTP may be 200
    busy: Reply
    busy_is: str = "throttled"
    receipt_url: str = ""  # where it stands; empty: there is one for the whole account, or none
    tells: Callable[[str], Call] | None = None  # that the text was delivered, at that URL
    forges: Callable[[str], Call] | None = None  # the same, signed by nobody
    others: dict[str, Reply] = field(default_factory=dict)  # answers at other paths
    settings: str = ""
    cost: str = ""  # "EUR 0.0333"


def said(asked: Asked) -> dict[str, Any]:
    """All that a request says, by name, or by path in its JSON."""

    def flat(value: Any, path: str) -> dict[str, Any]:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
        if items is None:
            return {path: value}
        return {name: leaf for key, child in items for name, leaf in flat(child, f"{path}/{key}").items()}

    is_json = "json" in asked.headers.get("content-type", "")
    return asked.query | (flat(asked.json, "") if is_json else asked.form)


def mac(key: bytes | str, message: bytes | str, digest=hashlib.sha256) -> bytes:
    as_bytes = [each.encode() if isinstance(each, str) else each for each in (key, message)]
    return hmac.new(*as_bytes, digest).digest()


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def jwt_hs256(key: str, claims: dict) -> str:
    signed = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{base64url(mac(key, signed))}"


def sha256(content: bytes | str) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def has(name: str, value: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.headers.get(name) == value


def has_basic(user: str, password: str) -> Callable[[Asked], bool]:
    return has("authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


def says(**fields: str) -> Callable[[Asked], bool]:
    return lambda asked: fields.items() <= said(asked).items()


def form_call(fields: dict[str, str], headers: dict[str, str] | None = None) -> Callable[[str], Call]:
    return lambda url: (url, urlencode(fields).encode(), FORM | (headers or {}))


def json_call(content: dict, headers: dict[str, str] | None = None) -> Callable[[str], Call]:
    return lambda url: (url, json.dumps(content).encode(), JSON | (headers or {}))


# AWS Signature Version 4


def is_signed_v4(asked: Asked) -> bool:
    """Checks each part that AWS checks: scope, signed headers, the hash of the body."""
    pattern = (r"AWS4-HMAC-SHA256 Credential=AKID/(\d{8})/eu-west-1/sms-voice/aws4_request, "
               r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})")  # fmt: skip
    found = re.fullmatch(pattern, asked.headers["authorization"])
    if not found:
        return False
    day, names, signature = found.groups()
    date = asked.headers["x-amz-date"]
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names.split(";"))
    canonical = "\n".join(["POST", asked.path, "", headers, names, sha256(asked.body)])
    message = "\n".join(["AWS4-HMAC-SHA256", date, f"{day}/eu-west-1/sms-voice/aws4_request", sha256(canonical)])
    key = b"AWS4aws secret"
    for step in (day, "eu-west-1", "sms-voice", "aws4_request"):
        key = mac(key, step)
    needed = {"host", "x-amz-date", "x-amz-target", "content-type"}
    return date.startswith(day) and needed <= set(names.split(";")) and mac(key, message).hex() == signature


# An application of Vonage


def new_private_key(folder: Path) -> Path:
    file = folder / "private.key"
    file.touch(mode=0o600)
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], check=True,
                          capture_output=True)  # fmt: skip
    file.write_bytes(made.stdout)
    return file


def is_signed_by_application(key: Path) -> Callable[[Asked], bool]:
    def is_allowed(asked: Asked) -> bool:
        signed, _, signature = asked.headers["authorization"].removeprefix("Bearer ").rpartition(".")
        public, proof = key.with_suffix(".pub"), key.with_suffix(".sig")
        subprocess.run(["openssl", "pkey", "-in", str(key), "-pubout", "-out", str(public)], check=True)
        proof.write_bytes(base64.urlsafe_b64decode(signature + "=="))
        checked = subprocess.run(["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(proof)],
                                 input=signed.encode(), capture_output=True)  # fmt: skip
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
        is_new = abs(claims["iat"] - time.time()) < 60 < claims["exp"] - time.time()
        is_of_app = header["alg"] == "RS256" and claims["application_id"] == "app-1" and bool(claims["jti"])
        return checked.returncode == 0 and is_new and is_of_app

    return is_allowed


def vonage_messages(folder: Path) -> Contract:
    key = new_private_key(folder)
    errors = "https://developer.vonage.com/api-errors/messages#"
    status = {"message_uuid": "U1", "status": "delivered", "usage": {"currency": "EUR", "price": "0.0333"}}

    def tells(url: str) -> Call:
        _, body, headers = json_call(status)(url)
        token = jwt_hs256("sig", {"iat": int(time.time()), "payload_hash": sha256(body)})
        return url, body, headers | {"authorization": f"Bearer {token}"}

    return Contract(
        "vonage_messages", {"application_id": "app-1", "signature_secret": "sig"}, "/v1/messages",
        {"/message_type": "text", "/channel": "sms", "/to": TO[1:], "/from": "Acme", "/webhook_version": "v1"},
        "/text", is_signed_by_application(key), (202, '{"message_uuid":"U1"}'),
        (422, json.dumps({"type": errors + "1020", "title": "Invalid params"})),
        (429, json.dumps({"type": errors + "1000", "title": "Throttled"})),
        receipt_url="/webhook_url", tells=tells, forges=json_call(status),
        settings=f'private_key_file = "{key}"', cost="EUR 0.0333")  # fmt: skip


# Signatures of receipts


def plivo_tells(url: str) -> Call:
    fields = {"MessageUUID": "P1", "Status": "delivered", "ErrorCode": "000"}
    glued = "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(mac("plivo token", f"{url}?{glued}.n0nce")).decode()
    headers = {"x-plivo-signature-v3": signature, "x-plivo-signature-v3-nonce": "n0nce"}
    return form_call(fields, headers)(url)


def messagebird_tells(url: str, key: str = "bird signs") -> Call:
    url += "?" + urlencode({"id": "B1", "status": "delivered", "statusErrorCode": ""})
    now = int(time.time())
    claims = {"iss": "MessageBird", "nbf": now - 1, "exp": now + 60, "jti": "j", "url_hash": sha256(url)}
    return url, None, {"messagebird-signature-jwt": jwt_hs256(key, claims)}


def telegram_tells(url: str, token: str = "telegram token") -> Call:
    _, body, headers = json_call({"request_id": "R1", "delivery_status": {"status": "delivered"}})(url)
    now = str(int(time.time()))
    signature = mac(hashlib.sha256(token.encode()).digest(), f"{now}\n".encode() + body).hex()
    return url, body, headers | {"x-request-timestamp": now, "x-request-signature": signature}


def kannel_tells(url: str) -> Call:
    return url.replace("%d", "1").replace("%B", "0"), None, {}


AWS_EVENT = {"version": "0", "detail-type": "Text Message Delivery Status Updated", "source": "aws.sms-voice",
             "detail": {"eventType": "TEXT_SUCCESSFUL", "isFinal": True, "messageId": "A1",
                        "totalMessageParts": 1, "totalMessagePrice": 0.25, "totalCarrierFee": 0.5}}  # fmt: skip
TELEGRAM_STATUS = '{"ok":true,"result":{"request_id":"R1","phone_number":"x","request_cost":0.01}}'

# Each is made for a folder of its test, where it may keep files.
CONTRACTS: list[Callable[[Path], Contract]] = [
    lambda _: Contract(
        "infobip", {"base": "unused", "key": "k1"}, "/sms/3/messages",
        {"/messages/0/sender": "Acme", "/messages/0/destinations/0/to": TO[1:],
         "/messages/0/options/validityPeriod/timeUnit": "MINUTES"},
        "/messages/0/content/text", has("authorization", "App k1"),
        (200, '{"messages":[{"messageId":"I1","status":{"groupId":1,"id":26}}]}'),
        (200, '{"messages":[{"messageId":"I2","status":{"groupId":5,"id":6}}]}'), (429, "{}"),
        receipt_url="/messages/0/webhooks/delivery/url",
        tells=json_call({"results": [{"messageId": "I1", "status": {"groupId": 3}, "error": {"id": 0}}]})),
    lambda _: Contract(
        "kannel", {"host": "unused", "port": "1", "username": "u", "password": "p"}, "/cgi-bin/sendsms",
        {"from": "Acme", "to": TO, "charset": "UTF-8", "coding": "0", "dlr-mask": "31"},
        "text", says(username="u", password="p"), (202, "0: Accepted for delivery"),
        (400, "Missing receiver number, rejected"), (503, "Temporal failure, try again later."), "unavailable",
        receipt_url="dlr-url", tells=kannel_tells),
    lambda _: Contract(
        "messagebird", {"key": "k1", "signing_key": "bird signs"}, "/messages",
        {"/originator": "Acme", "/recipients": TO[1:], "/datacoding": "auto"},
        "/body", has("authorization", "AccessKey k1"), (201, '{"id":"B1"}'),
        (422, '{"errors":[{"code":10,"description":"x","parameter":"recipients"}]}'), (429, "{}"),
        receipt_url="/reportUrl", tells=messagebird_tells, forges=lambda url: messagebird_tells(url, "guess")),
    lambda _: Contract(
        "mobizon", {"key": "k1"}, "/service/Message/SendSmsMessage",
        {"recipient": TO[1:], "from": "Acme", "output": "json", "api": "v1"},
        "text", says(apiKey="k1"), (200, '{"code":0,"data":{"campaignId":1,"messageId":7,"status":1},"message":""}'),
        (200, '{"code":1,"data":{"recipient":"x"},"message":"x"}'), (429, ""),
        others={"/service/Message/GetSMSStatus": (200, '{"code":0,"data":[{"id":7,"status":"DELIVRD"}]}')}),
    lambda _: Contract(
        "plivo", {"auth_id": "MA1", "auth_token": "plivo token"}, "/v1/Account/MA1/Message/",
        {"/src": "Acme", "/dst": TO[1:], "/method": "POST"},
        "/text", has_basic("MA1", "plivo token"), (202, '{"api_id":"x","message_uuid":["P1"]}'),
        (400, '{"api_id":"x","error":"invalid dst"}'), (429, ""),
        receipt_url="/url", tells=plivo_tells, forges=form_call({"MessageUUID": "P1", "Status": "delivered"})),
    lambda _: Contract(
        "sinch", {"region": "eu", "plan": "plan1", "token": "t1"}, "/xms/v1/plan1/batches",
        {"/from": "Acme", "/to/0": TO[1:], "/delivery_report": "per_recipient"},
        "/body", has("authorization", "Bearer t1"), (201, '{"id":"S1"}'),
        (400, '{"code":"syntax_invalid_parameter_format","text":"x"}'), (429, ""),
        receipt_url="/callback_url", tells=json_call({"batch_id": "S1", "status": "Delivered", "code": 0})),
    lambda _: Contract(
        "smsc_kz", {"login": "l", "password": "p"}, "/sys/send.php",
        {"phones": TO, "sender": "Acme", "charset": "utf-8", "fmt": "3", "cost": "3"},
        "mes", says(login="l", psw="p"), (200, '{"id":1,"cnt":1,"cost":"18.5","balance":"99"}'),
        (200, '{"error":"invalid number","error_code":7}'), (200, '{"error":"duplicate","error_code":9}'),
        tells=form_call({"id": "1", "phone": TO[1:], "status": "1", "time": "x", "err": "0"}), cost="KZT 18.5"),
    lambda _: Contract(
        "vonage", {"key": "k1", "secret": "s1"}, "/sms/json",
        {"/to": TO[1:], "/from": "Acme"}, "/text", has_basic("k1", "s1"),
        (200, '{"messages":[{"to":"x","message-id":"V1","status":"0","message-price":"0.25000000"}]}'),
        (200, '{"messages":[{"status":"6","error-text":"x"}]}'), (200, '{"messages":[{"status":"1"}]}'),
        receipt_url="/callback", tells=form_call({"messageId": "V1", "status": "delivered", "err-code": "0"}),
        cost="EUR 0.25"),
    vonage_messages,
    lambda _: Contract(
        "telegram", {"token": "telegram token"}, "/sendVerificationMessage",
        {"/phone_number": TO, "/request_id": "R1"},
        "/code", has("authorization", "Bearer telegram token"), (200, TELEGRAM_STATUS),
        (200, '{"ok":false,"error":"PHONE_NUMBER_INVALID"}'), (200, '{"ok":false,"error":"FLOOD_WAIT_1"}'),
        receipt_url="/callback_url", tells=telegram_tells, forges=lambda url: telegram_tells(url, "guess"),
        others={"/checkSendAbility": (200, TELEGRAM_STATUS)}, cost="USD 0.01"),
    lambda _: Contract(
        "aws_sms", {"key_secret": "aws secret", "event_key": "event key"}, "/",
        {"/DestinationPhoneNumber": TO, "/OriginationIdentity": "Acme", "/MessageType": "TRANSACTIONAL"},
        "/MessageBody", is_signed_v4, (200, '{"MessageId":"A1"}'), (400, '{"__type":"ValidationException"}'),
        (400, '{"__type":"ThrottlingException"}'), tells=json_call(AWS_EVENT, {"x-api-key": "event key"}),
        forges=json_call(AWS_EVENT, {"x-api-key": "guess"}),
        settings='region = "eu-west-1"\nkey_id = "AKID"', cost="USD 0.75"),
]  # fmt: skip
