"""Lies between the server and a centre, and keeps what went over as a capture that Wireshark's tools read.

Made by hand, so that nobody has to be root: what is not SMPP in it, IP and TCP, is invented.
"""

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

from dialproof import PATIENCE, SystemTest

CLIENT_PORT = 40_000
PCAP_HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 101)  # 101: packets begin with IP
ACKNOWLEDGES_AND_PUSHES = 0x18
TCP = 6


class Recorder:
    def __init__(self, test: SystemTest, centre_port: int) -> None:
        self.centre_port = centre_port
        self.heard: list[tuple[bool, bytes]] = []  # by the centre, or else by the server
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.listener.close)
        threading.Thread(target=self.take_one, daemon=True).start()

    def take_one(self) -> None:
        server, _ = self.listener.accept()
        centre = socket.create_connection(("127.0.0.1", self.centre_port))
        for source, target in ((server, centre), (centre, server)):
            threading.Thread(target=self.pass_on, args=(source, target, target is centre), daemon=True).start()

    def pass_on(self, source: socket.socket, target: socket.socket, to_centre: bool) -> None:
        with source:
            while data := source.recv(65_536):
                with self.lock:
                    self.heard.append((to_centre, data))
                target.sendall(data)
            with suppress(OSError):  # the other direction may have ended before
                target.shutdown(socket.SHUT_WR)

    def capture(self, file: Path) -> Path:
        with self.lock:
            heard = list(self.heard)
        sent = {True: 1, False: 1}  # the next octet's number, for each direction
        with file.open("wb") as out:
            out.write(PCAP_HEAD)
            for second, (to_centre, data) in enumerate(heard):
                packet = self.packet(to_centre, data, sent[to_centre], sent[not to_centre])
                out.write(struct.pack("<IIII", second, 0, len(packet), len(packet)) + packet)
                sent[to_centre] += len(data)
        return file

    def packet(self, to_centre: bool, data: bytes, number: int, acknowledged: int) -> bytes:
        ports = (CLIENT_PORT, self.centre_port) if to_centre else (self.centre_port, CLIENT_PORT)
        segment = struct.pack(">HHIIBBHHH", *ports, number, acknowledged, 5 << 4, ACKNOWLEDGES_AND_PUSHES,
                              65_535, 0, 0) + data  # fmt: skip
        addresses = bytes([127, 0, 0, 1]) * 2
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, TCP, 0)
        return head + addresses + segment
