"""What an operator types before the first user comes: providers check, send-test."""

import time

from carriers import CarrierTest, number

IN_TIME = 8  # seconds; a link that says nothing is waited for longer


class Commands(CarrierTest):
    def test_check_says_that_each_link_is_bound(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        status, said = self.ran(self.through_config(first, second), "providers", "check")
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"first +good: .*main.* bound")
        self.assertRegex(said, r"second +good: .*main.* bound")
        self.assertEqual(first.submits() + second.submits(), [])

    def test_check_names_the_one_whose_password_is_wrong(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        providers = self.smpp("first", first.port) + self.smpp("second", second.port, password="wrong")
        began = time.monotonic()
        status, said = self.ran(self.carriers_config(["first", "second"], providers), "providers", "check")
        self.assertLess(time.monotonic() - began, IN_TIME, "it waits although the answer is final")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"first +good")
        self.assertRegex(said, r"second +BAD: .*the password is wrong")
        self.assertIn("not in order: second", said)

    def test_check_says_that_nobody_listens(self) -> None:
        centre = self.node_centre()
        centre.end()
        status, said = self.ran(self.through_config(centre), "providers", "check")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"first +BAD: .*refused")

    def test_a_test_text_arrives_and_its_receipt_is_printed(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late")
        status, said = self.ran(self.through_config(centre), "send-test", "--to", number(1))
        self.assertEqual(status, 0, said)
        self.assertIn("This is a test of Dialproof", centre.taken(number(1)).text)
        for line in (r"provider +first", r"answer +accepted", r"receipt +delivered"):
            self.assertRegex(said, line)

    def test_it_goes_by_the_provider_that_is_named(self) -> None:
        first, second = self.node_centre(), self.node_centre()
        second.order(receipts="late")
        config = self.through_config(first, second)
        status, said = self.ran(config, "send-test", "--to", number(1), "--provider", "second")
        self.assertEqual(status, 0, said)
        self.assertEqual((len(first.submits()), len(second.submits())), (0, 1))

    def test_it_says_what_the_centre_said(self) -> None:
        centre = self.node_centre()
        centre.order(next=["refuse"])
        status, said = self.ran(self.through_config(centre), "send-test", "--to", number(1))
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"answer +refused .*rinvdstadr")

    def test_a_wrong_password_stops_it_before_it_sends(self) -> None:
        centre = self.node_centre()
        providers = self.smpp("first", centre.port, password="wrong")
        status, said = self.ran(self.carriers_config(["first"], providers), "send-test", "--to", number(1))
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"first: .*the password is wrong")
        self.assertEqual(centre.submits(), [])
