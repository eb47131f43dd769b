"""Floods of HTTP/2: each ends with its connection, others are served meanwhile, and the metrics say what it was."""

import resource
import socket
import struct
import time
from contextlib import ExitStack

from dialproof import PATIENCE, Server, SystemTest

NUMBER = "+41791234567"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS = 1, 4
FRAMES_MAX = 200_000  # that a flood may send; the server ends it long before
IDLE = 5000


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name: bytes, value: bytes) -> bytes:
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


GET = b"\x82\x86" + literal(b":path", b"/healthz") + literal(b":authority", b"x")
POST = b"\x83\x86" + literal(b":path", b"/api/phone/register") + literal(b":authority", b"x")
BEGIN = PREFACE + frame(SETTINGS, 0, 0)


class Peer:
    """A client that says what it likes."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self.socket.sendall(BEGIN)
        self.heard = b""

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def listen(self) -> None:
        """Takes what has come, without a wait."""
        self.socket.setblocking(False)
        try:
            while part := self.socket.recv(65536):
                self.heard += part
        except BlockingIOError:
            pass
        finally:
            self.socket.settimeout(PATIENCE)

    def flood(self, frames) -> int:
        """Sends until the server has had enough; gives how many frames that took."""
        sent = 0
        try:
            for piece in frames:
                self.socket.sendall(piece)
                sent += 1
                if sent % 100 == 0:
                    self.listen()
        except (ConnectionResetError, BrokenPipeError):
            pass
        return sent


class Http2Hostile(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.allow_open_files(2 * IDLE)

    def rejected(self, server: Server) -> dict[str, float]:
        lines = server.ask("GET", "/metrics").body.decode().splitlines()
        return {line.split('"')[1]: float(line.split()[-1]) for line in lines
                if line.startswith("dialproof_http_rejected_total{")}  # fmt: skip

    def memory(self, server: Server) -> int:
        """Resident, in bytes."""
        with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()

    def seconds_of_a_number(self, server: Server, number: str) -> float:
        began = time.monotonic()
        token = server.registered(number)
        self.assert_status(server.verify(number, token, server.code_sent(number)), 200)
        return time.monotonic() - began

    def test_each_flood_is_ended_and_named(self) -> None:
        server = self.serve()
        streams = range(1, 2 * FRAMES_MAX, 2)
        post = frame(HEADERS, END_HEADERS, 1, POST)
        floods = {
            "rapid reset": (b"", (frame(HEADERS, END_HEADERS | END_STREAM, s, GET)
                                  + frame(RST_STREAM, 0, s, struct.pack(">I", 8)) for s in streams)),
            "empty DATA": (post, (frame(DATA, 0, 1) for _ in range(FRAMES_MAX))),
            "PING": (b"", (frame(PING, 0, 0, b"12345678") for _ in range(FRAMES_MAX))),
            "SETTINGS": (b"", (frame(SETTINGS, 0, 0) for _ in range(FRAMES_MAX))),
            "WINDOW_UPDATE": (post, (frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 1)) for _ in range(FRAMES_MAX))),
            "unknown frames": (b"", (frame(99, 0, 0, b"x") for _ in range(FRAMES_MAX))),
            "CONTINUATION": (frame(HEADERS, 0, 1, POST), (frame(CONTINUATION, 0, 1) for _ in range(FRAMES_MAX))),
        }  # fmt: skip
        for name, (first, frames) in floods.items():
            before = sum(self.rejected(server).values())
            with self.subTest(name), Peer(server) as peer:
                peer.socket.sendall(first)
                self.assertLess(peer.flood(frames), FRAMES_MAX)
                self.assertGreater(sum(self.rejected(server).values()), before)
        reasons = set(self.rejected(server))
        self.assertIn("http2_flood", reasons)
        self.assertTrue(server.log.wait_for('"event":"request_rejected".*http2_flood'))
        server.registered(NUMBER)
        self.assert_stops_well(server)

    def test_half_open_streams_and_closed_windows_hold_nobody_up(self) -> None:
        server = self.serve()
        usual = min(self.seconds_of_a_number(server, f"+4179123460{n}") for n in range(5))
        memory = self.memory(server)
        with ExitStack() as peers:
            for _ in range(50):
                peer = peers.enter_context(Peer(server))
                no_window = frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0))  # SETTINGS_INITIAL_WINDOW_SIZE
                half_open = b"".join(frame(HEADERS, END_HEADERS, s, POST) for s in range(1, 200, 2))
                unread = b"".join(frame(HEADERS, END_HEADERS | END_STREAM, s, GET) for s in range(201, 250, 2))
                peer.socket.sendall(no_window + half_open + unread)
            best = min(self.seconds_of_a_number(server, f"+4179123470{n}") for n in range(5))
            self.assertLess(best, 3 * usual + 0.05)
            self.assertLess(self.memory(server) - memory, 64 << 20)
        self.assert_stops_well(server)

    def test_five_thousand_idle_connections_hold_nobody_up(self) -> None:
        server = self.serve()
        usual = min(self.seconds_of_a_number(server, f"+4179123480{n}") for n in range(5))
        memory = self.memory(server)
        with ExitStack() as peers:
            for n in range(IDLE):
                if n % 2:
                    peers.enter_context(Peer(server))
                else:
                    peers.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
            best = min(self.seconds_of_a_number(server, f"+4179123490{n}") for n in range(5))
            self.assertLess(best, 3 * usual + 0.05)
            self.assertLess(self.memory(server) - memory, 256 << 20)
        self.assert_stops_well(server)
