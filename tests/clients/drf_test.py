"""Django REST Framework as an oracle for django_phone_verify.

A site of its own serves the same two serializers; each request goes to it and to us, and the answers must be equal:
status, body byte for byte, and the headers that the framework writes. What the requests ask for needs no database.
"""

import json
import unittest

import django
from dialproof import SystemTest
from django.conf import settings

settings.configure(
    SECRET_KEY="of a test", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None})
django.setup()

# pylint: disable=wrong-import-position
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers, throttling  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

FORM, TEXT = "application/x-www-form-urlencoded", "text/plain"
NUMBER = "+41791230031"


class PhoneNumber(serializers.CharField):
    """The library's field asks its numbering plan; of interest here is how the framework tells what is wrong."""

    default_error_messages = {"invalid": "Enter a valid phone number."}

    def to_internal_value(self, data):
        text = super().to_internal_value(data)
        if not text.startswith("+417"):
            self.fail("invalid")
        return text


class RegisterSerializer(serializers.Serializer):
    phone_number = PhoneNumber()


class VerifySerializer(serializers.Serializer):
    phone_number = PhoneNumber()
    session_token = serializers.CharField()
    security_code = serializers.CharField()

    def validate(self, attrs):
        raise serializers.ValidationError("Security code is not valid")


class View(APIView):
    serializer_class: type[serializers.Serializer]

    def post(self, request):
        serializer = self.serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response({"session_token": "token"})


class Register(View):
    """Sends a security code to a phone number."""

    serializer_class = RegisterSerializer


class Verify(View):
    """Checks a security code."""

    serializer_class = VerifySerializer


class AlwaysTooSoon(throttling.BaseThrottle):
    def allow_request(self, request, view):
        return False

    def wait(self):
        return 59.2


class Throttled(Register):
    throttle_classes = [AlwaysTooSoon]


urlpatterns = [
    path("api/phone/register", Register.as_view()),
    path("api/phone/verify", Verify.as_view()),
    path("throttled", Throttled.as_view()),
]

REGISTER, VERIFY = "/api/phone/register", "/api/phone/verify"
# What it says of a body that is no JSON is Python's text and place; ours has the same form, not the same words.
CASES: list[tuple[str, str, str | None, str]] = [
    ("POST", REGISTER, None, ""),
    *[("POST", REGISTER, "application/json", body) for body in (
        "{}", "null", "[]", '["x"]', '"x"', "1", "1.5", "true", '{"phone_number":null}', '{"phone_number":""}',
        '{"phone_number":"  "}', '{"phone_number":1}', '{"phone_number":true}', '{"phone_number":[]}',
        '{"phone_number":{}}', '{"phone_number":"x"}', '{"phone_number":"+4\\u00001"}', '{"other":1}')],
    *[("POST", REGISTER, FORM, body) for body in ("", "phone_number=", "phone_number=x", "a=b", "phone_number=+&x")],
    ("POST", REGISTER, TEXT, "x"), ("POST", REGISTER, "application/xml", "<a/>"), ("POST", REGISTER, "nonsense", "x"),
    *[("POST", VERIFY, "application/json", body) for body in (
        "{}", '{"phone_number":"x"}', '{"phone_number":null,"session_token":"","security_code":[]}',
        f'{{"phone_number":"{NUMBER}","session_token":"x","security_code":1234}}',
        f'{{"phone_number":"{NUMBER}","session_token":"x","security_code":"\\u00001"}}',
        f'{{"phone_number":"{NUMBER}","session_token":{{}},"security_code":false}}')],
    *[("POST", VERIFY, FORM, body) for body in ("", f"phone_number=%2B{NUMBER[1:]}&session_token=x&security_code=1")],
    *[(method, address, None, "") for method in ("GET", "PUT", "PATCH", "DELETE") for address in (REGISTER, VERIFY)],
]  # fmt: skip
COMPARED = ("content-type", "allow", "vary")


class DjangoRestFramework(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.serve()
        self.site = Client()

    def theirs(self, method: str, address: str, content_type: str | None, body: str, **headers: str):
        kind = {"content_type": content_type} if content_type else {}
        return self.site.generic(method, address, body, **kind, **headers)

    def test_answers_are_equal_byte_for_byte(self) -> None:
        for method, address, content_type, body in CASES:
            with self.subTest(f"{method} {address} {content_type} {body}"):
                expected = self.theirs(method, address, content_type, body)
                headers = {"content-type": content_type} if content_type else {}
                answer = self.server.ask(method, address, headers, body.encode() or None)
                self.assertEqual((answer.status, answer.body.decode()), (expected.status_code, expected.content.decode()))
                self.assertEqual({name: answer.headers.get(name) for name in COMPARED},
                                 {name: expected.headers.get(name) for name in COMPARED})  # fmt: skip

    def test_what_is_not_acceptable_is_told_alike(self) -> None:
        expected = self.theirs("POST", REGISTER, "application/json", "{}", HTTP_ACCEPT="image/png")
        answer = self.server.send("POST", REGISTER, {}, {"accept": "image/png"})
        self.assertEqual((answer.status, answer.body), (expected.status_code, expected.content))

    def test_options_describe_the_view(self) -> None:
        for address in (REGISTER, VERIFY):
            expected = json.loads(self.theirs("OPTIONS", address, None, "").content)
            expected["renders"].remove("text/html")  # the browsable page, which we do not have
            answer = self.server.ask("OPTIONS", address)
            self.assertEqual(list(answer.json), list(expected))
            self.assertEqual(answer.json, expected)

    def test_too_soon_has_its_shape(self) -> None:
        expected = self.theirs("POST", "/throttled", "application/json", "{}")
        self.server.registered(NUMBER)
        answer = self.server.register(NUMBER)
        self.assertEqual(answer.status, expected.status_code)
        self.assertEqual(answer.body.decode(), expected.content.decode())
        self.assertEqual(answer.headers["retry-after"], expected.headers["Retry-After"])

    def test_no_json_is_told_in_the_same_form(self) -> None:
        for body in ("{", '{"a":}', "x"):
            expected = self.theirs("POST", REGISTER, "application/json", body)
            answer = self.server.ask("POST", REGISTER, {"content-type": "application/json"}, body.encode())
            self.assertEqual((answer.status, expected.status_code), (400, 400))
            for told in (answer.json, json.loads(expected.content)):
                self.assertRegex(told["detail"], r"^JSON parse error - .+: line 1 column \d+ \(char \d+\)$")


if __name__ == "__main__":
    unittest.main()
