"""Links under TLS, and one link for each direction, to npm's `smpp`."""

from certificates import Certificates
from carriers import SYSTEM_ID, CarrierTest, number
from dialproof import wait_until

ONE_FOR_EACH_DIRECTION = """
mode = "transmitter"
[providers.first.links.back]
host = "127.0.0.1"
port = {port}
system_id = "{system_id}"
mode = "receiver"
"""


class UnderTls(CarrierTest):
    def setUp(self) -> None:
        super().setUp()
        self.certificates = Certificates(self.folder / "certificates")
        self.certificates.make("authority")

    def link(self, authority: str = "authority") -> str:
        return f'tls = true\ntls_authorities = "{self.certificates.path(authority, "crt")}"'

    def tls_centre(self, name: str, **how):
        self.certificates.make(name, **how)
        return self.node_centre(self.certificates.path(name, "crt"), self.certificates.path(name, "key"))

    def assert_refused(self, centre, link: str, why: str) -> None:
        status, said = self.ran(self.through_config(centre, link=link), "providers", "check")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, rf"first +BAD: .*{why}")
        self.assertEqual(centre.events("bound"), [])

    def test_texts_and_receipts_go_to_a_centre_whose_certificate_is_good(self) -> None:
        centre = self.tls_centre("centre", issuer="authority")
        centre.order(receipts="late")
        server = self.through(centre, link=self.link())
        token = server.registered(number(1))
        self.assert_verifies(server, number(1), token, centre.taken(number(1)).code)
        self.assert_settles(server, "first", "delivered")

    def test_a_certificate_of_another_name_is_refused(self) -> None:
        self.assert_refused(self.tls_centre("centre", issuer="authority", address="127.0.0.2"), self.link(), "address mismatch")

    def test_a_certificate_of_an_unknown_authority_is_refused(self) -> None:
        self.certificates.make("stranger")
        self.assert_refused(self.tls_centre("centre", issuer="stranger"), self.link(), "certificate is not good: .*issuer")

    def test_a_centre_in_the_clear_is_no_centre_under_tls(self) -> None:
        self.assert_refused(self.node_centre(), self.link(), "cannot agree on TLS")


class OneForEachDirection(CarrierTest):
    def test_texts_leave_by_the_transmitter_and_receipts_come_by_the_receiver(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late")
        link = ONE_FOR_EACH_DIRECTION.format(port=centre.port, system_id=SYSTEM_ID)
        server = self.serve_bound(self.through_config(centre, link=link), 2)
        self.assertTrue(wait_until(lambda: len(centre.events("bound")) == 2))
        self.assertEqual({e["command"] for e in centre.events("bound")}, {"bind_transmitter", "bind_receiver"})
        token = server.registered(number(1))
        self.assert_verifies(server, number(1), token, centre.taken(number(1)).code)
        self.assert_settles(server, "first", "delivered")
        self.assertTrue(wait_until(lambda: centre.events("receipt_answered")))
        self.assertEqual([e["command"] for e in centre.events("submit")], ["bind_transmitter"])
        self.assertEqual([(e["command"], e["status"]) for e in centre.events("receipt_answered")],
                         [("bind_receiver", 0)])  # fmt: skip

    def test_the_receiver_alone_sends_nothing(self) -> None:
        centre = self.node_centre()
        link = ONE_FOR_EACH_DIRECTION.format(port=centre.port, system_id=SYSTEM_ID)
        server = self.serve_bound(self.through_config(centre, link=link), 2)
        for i in range(3):
            server.registered(number(i))
            centre.taken(number(i))
        self.assertEqual({e["command"] for e in centre.events("submit")}, {"bind_transmitter"})
