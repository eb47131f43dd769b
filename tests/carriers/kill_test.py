"""Killed again and again in the middle of sending: no code is lost, and none leaves twice without a word."""

import json
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPException

from carriers import CarrierTest, Centre, number
from dialproof import Server, wait_until

SEED = int(os.environ.get("KILL_SEED", "1"))
KILLS = 100
AT_ONCE = 4  # people who register while it is killed
KILL_WITHIN = 0.03  # seconds after the first of them began; a send takes a few milliseconds
LEASE = 60.0  # seconds after which any message is taken over from one who died: delivery/dispatcher.h


def sent_again(server: Server) -> Counter[str]:
    events = (json.loads(line) for line in server.log.seen if '"event":"message_sent_again"' in line)
    return Counter(event["message"] for event in events)


class Person(threading.Thread):
    """Registers once, and notes the session if that was answered."""

    def __init__(self, server: Server, to: str) -> None:
        super().__init__()
        self.server, self.to, self.token = server, to, ""
        self.start()

    def run(self) -> None:
        try:
            self.token = self.server.registered(self.to)
        except (OSError, HTTPException):
            pass  # the process died first: nothing was promised


class Killed(CarrierTest):
    def test_no_code_is_lost_and_none_is_doubled_silently(self) -> None:
        print(f"seed {SEED}", end=" ", flush=True)
        chance = random.Random(SEED)
        centre = self.node_centre()
        config = self.through_config(centre)
        people: list[Person] = []
        told: Counter[str] = Counter()  # how often the log said that a message leaves again, by its id
        for _ in range(KILLS):
            server = self.serve_bound(config)
            first = len(people)
            people += [Person(server, number(first + i)) for i in range(AT_ONCE)]
            time.sleep(chance.uniform(0, KILL_WITHIN))
            server.kill()
            for person in people[first:]:
                person.join()
            told += sent_again(server)
        server = self.serve_bound(config)
        promised = [person for person in people if person.token]
        self.assertGreater(len(promised), KILLS, "too few were answered before the kill")
        lost = self.wait_for_all(centre, promised)
        self.assertEqual(lost, set(), server.log.text)
        for person in promised[-AT_ONCE:]:
            self.assert_verifies(server, person.to, person.token, centre.taken(person.to).code)
        self.assert_stops_well(server)
        told += sent_again(server)
        self.assert_told(centre, told)

    def wait_for_all(self, centre: Centre, promised: list[Person]) -> set[str]:
        """Those whose code did not come."""

        def missing() -> set[str]:
            return {person.to for person in promised} - {message.to for message in centre.submits()}

        wait_until(lambda: not missing(), LEASE + 30)
        return missing()

    def assert_told(self, centre: Centre, told: Counter[str]) -> None:
        with closing(sqlite3.connect(self.data / "dialproof.db")) as database:
            ids = dict(database.execute("SELECT recipient, id FROM messages"))
        sent = Counter(message.to for message in centre.submits())
        self.assertEqual(len({(m.to, m.code) for m in centre.submits()}), len(sent), "a number got two codes")
        again = {to: times - 1 for to, times in sent.items() if times > 1}
        print(f"{sum(again.values())} of {sum(sent.values())} texts were sent again", end=" ", flush=True)
        silent = {to for to, times in again.items() if told[ids[to]] < times}
        self.assertEqual(silent, set())
        self.assertGreater(len(again), 0, "nothing was killed in the middle of a send")
