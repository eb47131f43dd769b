"""Debian's Kannel as the gateway: our requests go to it, and its delivery reports come to our receipt URL."""

import json
import socket

from carriers import PASSWORD, SYSTEM_ID, CarrierTest, Process, code_in, free_ports, number
from dialproof import JSON, Server, wait_until

FAKE_HANDSET = "/usr/lib/kannel/test/fakesmsc"
GATEWAY = """
group = core
admin-port = {admin}
admin-password = {password}
smsbox-port = {boxes}
box-allow-ip = 127.0.0.1
dlr-storage = internal

{centre}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = {user}
password = {password}
"""
FAKE_CENTRE = """
group = smsc
smsc = fake
smsc-id = fake
port = {port}
connect-allow-ip = 127.0.0.1
"""
SMPP_CENTRE = """
group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
port = {port}
transceiver-mode = true
system-type = ""
smsc-username = {user}
smsc-password = {password}
msg-id-type = 0x00
"""
PROVIDER = """
[providers.kannel]
kind = "kannel"
sender_id = "Dialproof"
secrets_file = "{secrets}"
"""


class Kannel(CarrierTest):
    def start_gateway(self, centre: str) -> int:
        """Gives the port of its sendsms."""
        admin, boxes, sendsms = free_ports(3)
        file = self.folder / "kannel.conf"
        file.write_text(GATEWAY.format(admin=admin, boxes=boxes, sendsms=sendsms, user=SYSTEM_ID, password=PASSWORD,
                                       centre=centre))  # fmt: skip
        bearerbox = Process(self, "/usr/sbin/bearerbox", str(file))
        self.assertTrue(wait_until(lambda: self.listens(boxes)), bearerbox.errors.text)
        smsbox = Process(self, "/usr/sbin/smsbox", str(file))
        self.assertTrue(wait_until(lambda: self.listens(sendsms)), smsbox.errors.text)
        self.bearerbox, self.smsbox = bearerbox, smsbox
        return sendsms

    def listens(self, port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def serve_through(self, port: int, password: str = PASSWORD) -> Server:
        secrets = self.secrets("kannel", host="127.0.0.1", port=str(port), username=SYSTEM_ID, password=password)
        (own,) = free_ports(1)
        config = self.carriers_config(["kannel"], PROVIDER.format(secrets=secrets),
                                      f'public_url = "http://127.0.0.1:{own}"')  # fmt: skip
        return self.serve(dev=False, config=config, listen=f"127.0.0.1:{own}")

    def test_a_fake_centre_takes_the_text_and_the_gateway_says_delivered(self) -> None:
        (port,) = free_ports(1)
        gateway = self.start_gateway(FAKE_CENTRE.format(port=port))
        handset = Process(self, FAKE_HANDSET, "-H", "127.0.0.1", "-r", str(port), "-m", "0", "1 2 text none")
        self.assertTrue(self.bearerbox.errors.wait_for(r"client connected"), self.bearerbox.errors.text)
        server = self.serve_through(gateway)
        token = server.registered(number(1))
        self.assert_settles(server, "kannel", "delivered")
        got = handset.errors.wait_for(r"Got message .*: <(.*)>")
        self.assertTrue(got, handset.errors.text)
        self.assert_verifies(server, number(1), token, code_in(got.group(1)))

    def test_a_centre_behind_it_gets_each_alphabet_and_its_receipt_comes_back(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late")
        server = self.serve_through(self.start_gateway(SMPP_CENTRE.format(port=centre.port, user=SYSTEM_ID,
                                                                          password=PASSWORD)))  # fmt: skip
        self.assertTrue(wait_until(lambda: centre.events("bound")), self.bearerbox.errors.text)
        for index, language, words in ((1, "en", "is your Dialproof code"), (2, "ru", "Код Dialproof")):
            asked = server.ask("POST", "/api/phone/register", JSON | {"accept-language": language},
                               json.dumps({"phone_number": number(index)}).encode())  # fmt: skip
            self.assert_status(asked, 200)
            message = centre.taken(number(index))
            self.assertIn(words, message.text)
            self.assert_verifies(server, number(index), asked.json["session_token"], message.code)
        self.assert_settles(server, "kannel", "delivered", 2)

    def test_a_wrong_password_is_said(self) -> None:
        (port,) = free_ports(1)
        server = self.serve_through(self.start_gateway(FAKE_CENTRE.format(port=port)), password="wrong")
        server.registered(number(1))
        said = server.log.wait_for(r'"event":"message_settled".*"error":"([^"]*)"')
        self.assertEqual(said.group(1), "http_403")
