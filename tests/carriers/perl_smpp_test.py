"""Perl's Net::SMPP as the message centre."""

from carriers import HERE, CarrierTest, Centre, number
from dialproof import wait_until

COUNT = 20


class PerlSmpp(CarrierTest):
    def perl_centre(self) -> Centre:
        return Centre(self, "perl", str(HERE / "centre.pl"))

    def test_each_text_arrives_and_is_known_to_have(self) -> None:
        centre = self.perl_centre()
        server = self.through(centre)
        tokens = {number(i): server.registered(number(i)) for i in range(COUNT)}
        self.assert_settles(server, "first", "delivered", COUNT)
        for to, token in tokens.items():
            self.assert_verifies(server, to, token, centre.taken(to).code)
        self.assertEqual({e["status"] for e in centre.events("receipt_answered")}, {0})
        self.assertEqual(self.logged(server, "receipt_unmatched"), 0)
        self.assertEqual(len(centre.submits()), COUNT)

    def test_a_stop_unbinds_and_the_next_start_binds_again(self) -> None:
        centre = self.perl_centre()
        config = self.through_config(centre)
        self.assert_stops_well(self.serve_bound(config))
        server = self.serve_bound(config)
        server.registered(number(1))
        self.assertEqual(centre.taken(number(1)).source, "Dialproof")
        self.assertTrue(wait_until(lambda: len(centre.events("bound")) == 2))
