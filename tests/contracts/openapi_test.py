#!/usr/bin/python3
"""The document of the REST APIs tells the truth: openapi_test.py CONTRACT_EXCHANGES

It has every route and no other, and each answer of each transcript is as it says.
"""

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from openapi_check import Document

PROGRAM = ""
# Those that may send a text, which a client may want for itself: docs/texts.md#autofill.
TEXTING = {"RegisterNumber", "AddPhone", "ResendToken", "ResendCode", "SetSettings", "RunCommand", "AddHumanUser",
           "UpdateHumanUser", "CreateUser", "UpdateUser", "SetPhone", "ResendPhoneCode"}  # fmt: skip
OF_ANOTHER_PATH = ("Beta", "WithSlash")


class World:
    """A configuration: what it serves, what is documented of it, and what was asked there."""

    def __init__(self, text: dict) -> None:
        self.document = Document(text["document"])
        self.mounts = text["mounts"]
        self.exchanges: list[dict] = []

    def operation_of(self, exchange: dict) -> dict | None:
        return self.document.operation_of(exchange["path"], exchange["method"])[1]

    def add(self, exchange: dict) -> None:
        is_preflight = exchange["method"] == "OPTIONS" and self.operation_of(exchange) is None
        if not is_preflight:
            self.exchanges.append(exchange)


def read_worlds() -> list[World]:
    worlds: list[World] = []
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([PROGRAM, file.name], check=True)
        for line in Path(file.name).read_text().splitlines():
            text = json.loads(line)
            if "world" in text:
                worlds.append(World(text["world"]))
            else:
                worlds[-1].add(text["exchange"])
    return worlds


class OpenApi(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        cls.worlds = read_worlds()

    def test_the_document_is_sound(self) -> None:
        for world in self.worlds:
            self.assertEqual(list(world.document.own_problems()), [])

    def test_every_route_is_documented_and_nothing_else(self) -> None:
        for world in self.worlds:
            self.assertEqual(list(world.document.route_problems(world.mounts)), [])

    def test_every_answer_of_the_transcripts_is_as_documented(self) -> None:
        problems = [f"{each['transcript']}: {each['method']} {each['path']} {each['status']}: {problem}"
                    for world in self.worlds for each in world.exchanges
                    for problem in world.document.exchange_problems(each, world.mounts)]  # fmt: skip
        self.assertEqual(problems, [])

    def test_every_operation_of_an_api_is_in_a_transcript(self) -> None:
        wanted, seen = set(), set()
        for world in self.worlds:
            wanted |= {operation["operationId"] for _, _, operation in world.document.operations()
                       if not {"dev", "operations"} & set(operation["tags"])}  # fmt: skip
            for each in world.exchanges:
                operation = world.operation_of(each)
                if operation and each["status"] < 300:
                    seen.add(operation["operationId"])
        self.assertEqual({name for name in wanted - seen if not name.endswith(OF_ANOTHER_PATH)}, set())

    def test_what_may_send_a_text_takes_the_fields_of_its_client(self) -> None:
        texting = set()
        for world in self.worlds:
            for _, _, operation in world.document.operations():
                names = {world.document.resolved(each)["name"] for each in operation.get("parameters", [])}
                fields = names & {"x-dialproof-client", "x-dialproof-app-hash"}
                self.assertIn(len(fields), (0, 2), operation["operationId"])
                if fields and not operation["operationId"].endswith(OF_ANOTHER_PATH):
                    texting.add(operation["operationId"])
        self.assertEqual(texting, TEXTING)


class TheCheck(unittest.TestCase):
    """A document that does not tell the truth is noticed."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.world = max(read_worlds(), key=lambda world: len(world.exchanges))

    def altered(self) -> dict:
        return copy.deepcopy(self.world.document.document)

    def routes(self, document: dict) -> list[str]:
        return list(Document(document).route_problems(self.world.mounts))

    def answers(self, document: dict) -> list[str]:
        return [problem for each in self.world.exchanges
                for problem in Document(document).exchange_problems(each, self.world.mounts)]  # fmt: skip

    def test_a_route_too_few_or_too_many(self) -> None:
        document = self.altered()
        item = document["paths"].pop("/api/phone/register")
        self.assertEqual(len(self.routes(document)), 2)
        document["paths"]["/api/phone/enlist"] = item
        self.assertEqual(len(self.routes(document)), 4)

    def test_a_status_that_is_not_listed(self) -> None:
        document = self.altered()
        for path in ("/api/phone/register", "/v2/users/{user_id}/phone"):
            del document["paths"][path]["post"]["responses"]["400"]
        self.assertIn("the status 400 is not documented", self.answers(document))

    def test_a_member_of_another_type_or_without_a_name(self) -> None:
        for name, member in (("django_phone_verify.Registered", "session_token"), ("zitadel.Details", "sequence")):
            for change in ({"type": "integer"}, None):
                document = self.altered()
                properties = document["components"]["schemas"][name]["properties"]
                if change:
                    properties[member] = change
                else:
                    del properties[member]
                with self.subTest(name, change=change):
                    self.assertNotEqual(self.answers(document), [])

    def test_a_header_that_is_not_listed_or_not_sent(self) -> None:
        document = self.altered()
        del document["components"]["responses"]["django_phone_verify.Throttled"]["headers"]["retry-after"]
        self.assertIn("the header retry-after is not documented", self.answers(document))
        document = self.altered()
        document["components"]["responses"]["zitadel.Invalid"]["headers"]["x-new"] = {"required": True, "schema": {}}
        self.assertIn("the header x-new is missing", self.answers(document))

    def test_an_example_a_name_or_a_reference_that_does_not_fit(self) -> None:
        def of(change) -> list[str]:
            document = self.altered()
            change(document["components"], document["paths"]["/api/phone/register"]["post"])
            return list(Document(document).own_problems())

        self.assertTrue(of(lambda _, post: post["requestBody"]["content"]["application/json"].update(example=1)))
        self.assertTrue(of(lambda _, post: post.update(operationId="SetPhone")))
        self.assertTrue(of(lambda _, post: post.update(tags=["nobody's"])))
        self.assertTrue(of(lambda parts, _: parts["schemas"].pop("django_phone_verify.Registered")))
        self.assertTrue(of(lambda parts, _: parts["schemas"].update(unused={})))
        self.assertFalse(of(lambda _, post: None))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
