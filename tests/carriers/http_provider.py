"""A provider by HTTP, as a small server of this test, and its calls to us."""

import http.server
import json
import threading
import urllib.request
from typing import Callable
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

from dialproof import SystemTest, wait_until

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Asked:
    """One request that a provider got."""

    def __init__(self, path: str, headers, body: bytes) -> None:
        self.path, self.headers, self.body = path, headers, body

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class Provider:
    """Answers what `answers` gives, a status and a body, and remembers what it was asked. None: it says nothing."""

    def __init__(self, test: SystemTest, answers: Callable[[Asked], tuple[int, str] | None]) -> None:
        self.asked: list[Asked] = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.do_POST()

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


def call(url: str, body: bytes | None, headers: dict[str, str]) -> int:
    """As a provider would: GET where there is no body."""
    request = urllib.request.Request(url, body, headers, method="GET" if body is None else "POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code
