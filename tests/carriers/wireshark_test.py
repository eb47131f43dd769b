"""Wireshark's dissector (tshark) reads what we say to a message centre."""

import json
import subprocess

from carriers import PASSWORD, SYSTEM_ID, CarrierTest, Centre, number
from dialproof import PATIENCE, Server
from recorder import Recorder

BIND_TRANSCEIVER, SUBMIT, UNBIND = "0x00000009", "0x00000004", "0x00000006"
SUBMIT_ANSWER, DELIVER, DELIVER_ANSWER = "0x80000004", "0x00000005", "0x80000005"
LONG = "{app} has a code for you, " + "which is told to nobody at all, " * 4 + "and it is {code}"
LONG_CYRILLIC = "{app}: никому не говорите этот код, даже тому, кто вам звонит и просит, а вот и он: {code}"


class Wireshark(CarrierTest):
    def serve_recorded(self, centre: Centre, link: str = "", template: str = "") -> Server:
        self.recorder = Recorder(self, centre.port)
        config = self.through_config(self.recorder, link=link)
        if template:
            with config.open("a") as out:
                out.write(f"[services.default.templates]\nen = {json.dumps(template, ensure_ascii=False)}\n")
        return self.serve_bound(config)

    def read(self, wanted: str, *fields: str) -> list[list[str]]:
        """These fields of all packets that the filter wants."""
        file = self.recorder.capture(self.folder / "capture.pcap")
        command = ["tshark", "-r", str(file), "-d", f"tcp.port=={self.recorder.centre_port},smpp", "-Y", wanted,
                   "-T", "fields", "-E", "separator=|"]  # fmt: skip
        for field in fields:
            command += ["-e", field]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.split("|") for line in done.stdout.splitlines()]

    def assert_all_read(self) -> None:
        """Nothing is malformed, and there is nothing but SMPP."""
        self.assertEqual(self.read("_ws.malformed or _ws.expert.severity == error", "frame.number"), [])
        self.assertEqual(len(self.read("smpp", "frame.number")), len(self.recorder.heard))

    def submits(self, *fields: str) -> list[list[str]]:
        return self.read(f"smpp.command_id == {SUBMIT}", *fields)

    def test_the_whole_talk_is_read(self) -> None:
        centre = self.node_centre()
        centre.order(receipts="late")
        server = self.serve_recorded(centre)
        server.registered(number(1))
        self.assert_settles(server, "first", "delivered")
        self.assert_stops_well(server)
        self.assert_all_read()
        commands = {command for (command,) in self.read("smpp", "smpp.command_id")}
        self.assertLessEqual({BIND_TRANSCEIVER, SUBMIT, SUBMIT_ANSWER, DELIVER, DELIVER_ANSWER, UNBIND}, commands)
        binds = self.read(f"smpp.command_id == {BIND_TRANSCEIVER}", "smpp.system_id", "smpp.password",
                          "smpp.system_type", "smpp.interface_version")  # fmt: skip
        self.assertEqual(binds, [[SYSTEM_ID, PASSWORD, "", "52"]])

    def test_a_text_without_more_is_as_documented(self) -> None:
        centre = self.node_centre()
        self.serve_recorded(centre).registered(number(1))
        centre.taken(number(1))
        self.assert_all_read()
        fields = {
            "smpp.service_type": "(Default)",
            "smpp.source_addr_ton": "0x05",
            "smpp.source_addr_npi": "0x00",
            "smpp.source_addr": "Dialproof",
            "smpp.dest_addr_ton": "0x01",
            "smpp.dest_addr_npi": "0x01",
            "smpp.destination_addr": number(1)[1:],
            "smpp.esm.submit.msg_mode": "0x00",
            "smpp.esm.submit.features": "0x00",
            "smpp.validity_period_r": "600.000000000",
            "smpp.regdel.receipt": "0x01",
            "smpp.data_coding": "0x00",
        }
        self.assertEqual(self.submits(*fields), [list(fields.values())])

    def test_the_fields_are_as_configured(self) -> None:
        centre = self.node_centre()
        link = """
            service_type = "OTP"
            sender_ton = 0
            sender_npi = 8
            receipts = false
            validity = false
            default_charset = "latin1"
            data_coding = 3
        """
        self.serve_recorded(centre, link).registered(number(1))
        centre.taken(number(1))
        self.assert_all_read()
        fields = {
            "smpp.service_type": "OTP",
            "smpp.source_addr_ton": "0x00",
            "smpp.source_addr_npi": "0x08",
            "smpp.validity_period_r": "0.000000000",
            "smpp.regdel.receipt": "0x00",
            "smpp.data_coding": "0x03",
        }
        self.assertEqual(self.submits(*fields), [list(fields.values())])

    def assert_parts(self, form: str, template: str, *expected: dict[str, str]) -> None:
        centre = self.node_centre()
        self.data = self.folder / f"{form} {len(template)}"
        self.serve_recorded(centre, f'long_texts = "{form}"', template).registered(number(1))
        centre.taken(number(1), len(expected))
        self.assert_all_read()
        self.assertEqual(self.submits(*expected[0]), [list(part.values()) for part in expected])

    def test_long_texts_are_parts_with_a_header(self) -> None:
        for template, coding in ((LONG, "0x00"), (LONG_CYRILLIC, "0x08")):
            with self.subTest(coding):
                part = {"smpp.esm.submit.features": "0x01", "smpp.data_coding": coding, "gsm_sms.udh.mm.msg_parts": "2"}
                self.assert_parts("udh", template, *({**part, "gsm_sms.udh.mm.msg_part": n} for n in ("1", "2")))

    def test_or_parts_with_parameters(self) -> None:
        part = {"smpp.esm.submit.features": "0x00", "smpp.sar_total_segments": "2"}
        self.assert_parts("sar", LONG, *({**part, "smpp.sar_segment_seqnum": n} for n in ("1", "2")))

    def test_or_one_payload(self) -> None:
        self.assert_parts("payload", LONG, {"smpp.sm_length": "0", "smpp.opt_param_tag": "0x0204,0x0424"})
