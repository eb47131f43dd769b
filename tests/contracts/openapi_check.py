"""Holds an OpenAPI document against the routes of a server, and against answers that it gave."""

import json
import re
from typing import Any, Iterator

from jsonschema import Draft202012Validator, RefResolutionError, RefResolver

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNROUTED = (".NotFound", ".MethodNotAllowed")  # responses that no operation refers to


def is_documented(route: dict) -> bool:
    """Preflights are the browser's own calls; `/package.Service/Method` is in the .proto files."""
    return route["name"] != "Preflight" and not re.match(r"/[\w.]+\.[A-Z]\w*/", route["pattern"])


def fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(w == g or (w.startswith("{") and g) for w, g in zip(wanted, given))


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


class Document:
    def __init__(self, document: dict) -> None:
        self.document = document
        self.resolver = RefResolver.from_schema(document)

    def resolved(self, node: dict) -> dict:
        return self.resolver.resolve(node["$ref"])[1] if "$ref" in node else node

    def operations(self) -> Iterator[tuple[str, str, dict]]:
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield path, method, operation

    def schema_problems(self, value: Any, schema: dict) -> Iterator[str]:
        for error in Draft202012Validator(schema, resolver=self.resolver).iter_errors(value):
            yield f"{error.json_path}: {error.message}"

    # The document alone

    def own_problems(self) -> Iterator[str]:
        dangling = list(self.reference_problems())
        yield from dangling
        if dangling:
            return
        yield from self.name_problems()
        yield from self.unused_problems()
        yield from self.example_problems(self.document, "#")
        for path, method, operation in self.operations():
            named = set(re.findall(r"{(\w+)}", path))
            parameters = [self.resolved(each) for each in operation.get("parameters", [])]
            given = {each["name"] for each in parameters if each["in"] == "path" and each["required"]}
            if named != given:
                yield f"{method} {path}: its path has {named}, its parameters {given}"

    def name_problems(self) -> Iterator[str]:
        tags = {tag["name"] for tag in self.document["tags"]}
        schemes = self.document["components"]["securitySchemes"]
        ids = set()
        for path, method, operation in self.operations():
            if operation["operationId"] in ids:
                yield f"{method} {path}: another operation is called {operation['operationId']}"
            ids.add(operation["operationId"])
            if not set(operation["tags"]) <= tags:
                yield f"{method} {path}: no such tag"
            if not all(name in schemes for choice in operation["security"] for name in choice):
                yield f"{method} {path}: no such security scheme"

    def reference_problems(self) -> Iterator[str]:
        for reference in set(references(self.document)):
            try:
                self.resolver.resolve(reference)
            except RefResolutionError as error:
                yield f"{reference}: {error}"

    def unused_problems(self) -> Iterator[str]:
        used = set(references(self.document))
        for kind in ("schemas", "responses", "parameters", "headers"):
            for name in self.document["components"].get(kind, {}):
                if f"#/components/{kind}/{name}" not in used and not name.endswith(UNROUTED):
                    yield f"{kind}/{name} is not used"

    def example_problems(self, node: Any, place: str) -> Iterator[str]:
        if isinstance(node, list):
            for child in node:
                yield from self.example_problems(child, place)
        if not isinstance(node, dict):
            return
        if "schema" in node:
            examples = [each["value"] for each in node.get("examples", {}).values()]
            examples += [node["example"]] if "example" in node else []
            for example in examples:
                for problem in self.schema_problems(example, node["schema"]):
                    yield f"{place}: the example does not fit: {problem}"
        for name, child in node.items():
            yield from self.example_problems(child, f"{place}/{name}")

    # Against the routes

    def route_problems(self, mounts: list[dict]) -> Iterator[str]:
        served = {(route["pattern"], route["method"].lower())
                  for mount in mounts for route in mount["routes"] if is_documented(route)}  # fmt: skip
        documented = {(path, method) for path, method, _ in self.operations()}
        for path, method in sorted(served - documented):
            yield f"{method} {path} is served and not documented"
        for path, method in sorted(documented - served):
            yield f"{method} {path} is documented and not served"

    # Against an exchange

    def operation_of(self, path: str, method: str) -> tuple[str, dict | None]:
        """The path item whose template fits, literal segments first, and its operation."""
        fitting = [pattern for pattern in self.document["paths"] if fits(pattern, path)]
        if not fitting:
            return "", None
        pattern = min(fitting, key=lambda each: [part.startswith("{") for part in each.split("/")])
        return pattern, self.document["paths"][pattern].get(method.lower())

    def response_to(self, exchange: dict, mounts: list[dict]) -> dict | None:
        pattern, operation = self.operation_of(exchange["path"], exchange["method"])
        if operation:
            found = operation["responses"].get(str(exchange["status"]))
        else:
            owner = max(((prefix, mount["name"]) for mount in mounts for prefix in mount["prefixes"]
                         if exchange["path"].startswith(prefix)), key=lambda each: len(each[0]))[1]  # fmt: skip
            name = owner + (".MethodNotAllowed" if pattern else ".NotFound")
            found = self.document["components"]["responses"].get(name)
        return self.resolved(found) if found else None

    def exchange_problems(self, exchange: dict, mounts: list[dict]) -> Iterator[str]:
        response = self.response_to(exchange, mounts)
        if response is None:
            yield f"the status {exchange['status']} is not documented"
            return
        yield from self.header_problems(exchange, response)
        content = response.get("content", {})
        if not exchange["body"] or not content:
            if exchange["body"] or content:
                yield "the one has a body, the other none"
            return
        kind = exchange["headers"].get("content-type", "").split(";")[0]
        if kind not in content:
            yield f"a body of type {kind} is not documented"
            return
        value = json.loads(exchange["body"]) if kind == "application/json" else exchange["body"]
        yield from self.schema_problems(value, content[kind]["schema"])

    def header_problems(self, exchange: dict, response: dict) -> Iterator[str]:
        documented = {name: self.resolved(header) for name, header in response["headers"].items()}
        routed = self.operation_of(exchange["path"], exchange["method"])[1]
        for name, header in documented.items():
            if name in exchange["headers"]:
                text = exchange["headers"][name]
                value = int(text) if header["schema"]["type"] == "integer" else text
                yield from self.schema_problems(value, header["schema"])
            elif header.get("required") and routed:  # the server adds `allow` to what is not routed
                yield f"the header {name} is missing"
        for name in ("retry-after", "allow", "www-authenticate"):
            if name in exchange["headers"] and name not in documented:
                yield f"the header {name} is not documented"
