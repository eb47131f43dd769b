"""npm's `smpp` as the message centre: what carriers do, and what then becomes of a code."""

from carriers import CarrierTest, Centre, number
from dialproof import Server, wait_until

COUNT = 12  # more than the window of a link
SOON_AGAIN = '[line]\nsend_gaps = ["1s"]\n'


class NodeSmpp(CarrierTest):
    def test_the_code_that_the_centre_gets_verifies(self) -> None:
        centre = self.node_centre()
        server = self.through(centre)
        token = server.registered(number(1))
        message = centre.taken(number(1))
        self.assertEqual(message.source, "Dialproof")
        self.assert_verifies(server, number(1), token, message.code)
        self.assertEqual(len(centre.submits()), 1)
        self.assert_settles(server, "first", "sent")

    def test_what_was_throttled_arrives_later_and_once(self) -> None:
        centre = self.node_centre()
        server = self.through(centre)
        centre.order(next=["throttle"] * 3)
        tokens = {number(i): server.registered(number(i)) for i in range(COUNT)}
        for to, token in tokens.items():
            self.assert_verifies(server, to, token, centre.taken(to).code)
        self.assertEqual(len(centre.submits()), COUNT + 3)
        self.assertGreater(self.logged(server, "smpp_throttled"), 0)
        self.assertEqual(self.logged(server, "message_sent_again"), 0)

    def test_a_centre_that_nears_congestion_gets_less_and_refuses_none(self) -> None:
        centre = self.node_centre()
        server = self.through(centre, link='version = "5.0"')
        centre.order(congestion=95)
        server.registered(number(1))
        self.assert_settles(server, "first", "sent")
        slowed = server.log.wait_for(r'"event":"smpp_throttled".*"messages_per_second":(\d+)')
        self.assertEqual(slowed.group(1), "900")
        self.assertEqual({submit.answer for submit in centre.submits()}, {"take"})

    def test_a_refused_number_is_tried_by_one_other_provider(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        server = self.through(first, second)
        first.order(next=["refuse"])
        second.order(next=["refuse"])
        server.registered(number(1))
        self.assert_settles(server, "second", "failed")
        self.assertEqual((len(first.submits()), len(second.submits())), (1, 1))

    def test_a_failing_centre_is_passed_over_at_once(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        server = self.through(first, second)
        first.order(next=["fail"])
        token = server.registered(number(1))
        self.assert_verifies(server, number(1), token, second.taken(number(1)).code)
        self.assertEqual(self.logged(server, "message_sent_again"), 0)

    def test_a_lost_answer_has_the_next_provider_send_the_same_code_and_says_so(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        server = self.through(first, second)
        first.order(next=["lose"])
        token = server.registered(number(1))
        lost, again = first.taken(number(1)), second.taken(number(1))
        self.assertEqual(again.code, lost.code)
        self.assertTrue(server.log.wait_for(r'"event":"message_sent_again".*"why":"no_answer"'))
        self.assert_verifies(server, number(1), token, lost.code)

    def test_a_cut_in_mid_window_loses_none_and_doubles_none_silently(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        server = self.through(first, second)
        first.order(next=["lose"] * 5)
        tokens = {number(i): server.registered(number(i)) for i in range(COUNT)}
        self.assertTrue(wait_until(lambda: len(first.submits()) >= 5))
        first.order(hang_up=True)
        arrived = wait_until(lambda: self.all_answered(first, second, tokens))
        self.assertTrue(arrived, server.log.text)
        for to, token in tokens.items():
            kept = first.kept(to) + second.kept(to)
            self.assertEqual(len({message.code for message in kept}), 1)
            self.assert_verifies(server, to, token, kept[0].code)
        doubled = len(first.submits()) + len(second.submits()) - COUNT
        self.assertGreaterEqual(doubled, 5)
        # One that the centre had not read when it hung up is told of, too: the server cannot know.
        self.assertGreaterEqual(self.logged(server, "message_sent_again"), doubled, server.log.text)

    def all_answered(self, first: Centre, second: Centre, tokens: dict[str, str]) -> bool:
        answered = {m.to for m in first.submits() + second.submits() if m.answer == "take"}
        return answered == tokens.keys()

    def test_a_cut_link_is_bound_again(self) -> None:
        centre = self.node_centre()
        server = self.through(centre)
        centre.order(hang_up=True)
        self.assertTrue(wait_until(lambda: self.logged(server, "smpp_bound") == 2), server.log.text)
        token = server.registered(number(1))
        self.assert_verifies(server, number(1), token, centre.taken(number(1)).code)


class Receipts(CarrierTest):
    def assert_delivered(self, centre: Centre, link: str = "") -> None:
        server = self.through(centre, link=link)
        server.registered(number(1))
        self.assert_settles(server, "first", "delivered")
        self.assertTrue(wait_until(lambda: centre.events("receipt_answered")))
        self.assertEqual({e["status"] for e in centre.events("receipt_answered")}, {0})
        self.assertEqual(self.logged(server, "receipt_unmatched"), 0)

    def test_a_late_one_says_delivered(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late")
        self.assert_delivered(centre)

    def test_one_that_comes_twice_counts_once(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="twice")
        self.assert_delivered(centre)
        self.assertTrue(wait_until(lambda: len(centre.events("receipt_answered")) == 2))

    def test_one_before_the_answer_waits_for_it(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="early")
        self.assert_delivered(centre)

    def test_a_decimal_id_is_known_as_the_hexadecimal_one_of_the_answer(self) -> None:
        for form in ("auto", "resp_hex"):
            with self.subTest(form):
                centre = self.node_centre()
                centre.order(receipts="late", ids="hex", anonymous=True)
                self.data = self.folder / form
                self.assert_delivered(centre, f'id_form = "{form}"')

    def test_each_of_many_finds_its_message(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late", ids="hex", anonymous=True)
        server = self.through(centre)
        for i in range(COUNT):
            server.registered(number(i))
        self.assert_settles(server, "first", "delivered", COUNT)

    def test_of_a_lost_answer_is_known_by_the_number_that_it_repeats_after_a_restart_too(self) -> None:
        for form in ("whole", "lower"):
            with self.subTest(form):
                centre = self.node_centre()
                self.data = self.folder / form
                config = self.carriers_config(["first"], self.smpp("first", centre.port) + SOON_AGAIN)
                server = self.serve_bound(config)
                centre.order(next=["lose"], user_references=form)
                server.registered(number(1))
                self.assert_settles(server, "first", "unknown")
                lost = self.message_of(server, "message_settled")
                self.assertTrue(wait_until(lambda: server.register(number(1)).status == 200))
                centre.taken(number(1), 2)
                if form == "lower" and len({submit.reference & 0xFF for submit in centre.submits()}) < 2:
                    self.skipTest("the lower octets of both are the same: one time in 255")
                self.assert_settles(server, "first", "sent")
                self.assert_stops_well(server)

                server = self.serve_bound(config)
                centre.order(receipt=centre.submits()[0].id, state="DELIVRD")
                self.assert_settles(server, "first", "delivered")
                self.assertEqual(self.message_of(server, "receipt"), lost)

    def message_of(self, server: Server, event: str) -> str:
        """The message that the log told that of."""
        return server.log.wait_for(rf'"event":"{event}","message":"(\w+)"').group(1)

    def test_a_failure_moves_the_code_to_the_next_provider(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        server = self.through(first, second)
        token = server.registered(number(1))
        failed = first.taken(number(1))
        first.order(receipt=failed.id, state="UNDELIV")
        self.assertEqual(second.taken(number(1)).code, failed.code)
        self.assertTrue(server.log.wait_for(r'"event":"message_sent_again".*"why":"receipt_of_failure"'))
        self.assert_verifies(server, number(1), token, failed.code)
