"""Strangers who mean harm, or just send rubbish, do not keep others from being served."""

import random
import socket
from contextlib import ExitStack

from dialproof import PATIENCE, Server, SystemTest

NUMBER = "+41791234567"
SLOW = 300  # connections that never finish their header
SEED = 20260105
SETTINGS = b"\x04"  # the type of HTTP/2's first frame

HEAD = b"POST /api/phone/register HTTP/1.1\r\nHost: x\r\n"
WORDS = [HEAD, b"GET / HTTP/1.1\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n", b"\n", b"\0",
         b"5\r\nhello\r\n", b"0\r\n\r\n", b"\x16\x03\x01", b"Host: x\r\n", b" folded\r\n", b"A" * 20000, b"%zz", b"hello",
         b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"Expect: 100-continue\r\n"]  # fmt: skip


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE)


def exchange(server: Server, data: bytes) -> bytes:
    """What comes back until the server closes; the server may close before it has read all."""
    with connect(server) as client:
        answer = b""
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65536):
                answer += part
        except (ConnectionResetError, BrokenPipeError):
            pass
        return answer


class Hostile(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.allow_open_files(2 * SLOW)

    def test_slow_headers_hold_nobody_up(self) -> None:
        server = self.serve()
        with ExitStack() as open_connections:
            for _ in range(SLOW):
                client = open_connections.enter_context(connect(server))
                client.sendall(HEAD)
            token = server.registered(NUMBER)
            self.assert_status(server.verify(NUMBER, token, server.code_sent(NUMBER)), 200)
        self.assert_stops_well(server)

    def test_rubbish_is_refused_and_survived(self) -> None:
        server = self.serve()
        rng = random.Random(SEED)
        for _ in range(500):
            data = b"".join(rng.choices(WORDS, k=rng.randint(1, 8)))
            answer = exchange(server, data)
            http2 = data.startswith(b"PRI * HTTP/2.0\r\n\r\n") and answer[3:4] == SETTINGS
            self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 ") or http2, (data, answer))
            self.assertNotIn(b"HTTP/1.1 500", answer, data)
        server.registered(NUMBER)
        self.assert_stops_well(server)

    def test_a_request_cannot_hide_in_another(self) -> None:
        server = self.serve()
        hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        two_readings = {
            "length and coding": b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (len(hidden) + 5),
            "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(hidden),
            "blank before the colon": b"Content-Length: 0\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "folded line": b"Content-Length: 0\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "chunked not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        }
        for name, fields in two_readings.items():
            answer = exchange(server, HEAD + fields + hidden)
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), name)
            self.assertEqual(answer.count(b"HTTP/1.1 "), 1, name)
            self.assertIn(b"connection: close", answer, name)
