"""The documentation that the server gives of itself follows its configuration."""

import gzip
import json

from dialproof import SystemTest

FEW = """
[dialects]
django_phone_verify.enabled = false
zitadel.enabled = false
techno_sso.enabled = false
[dialects.pip_sms_settings]
commands = true
"""


class Docs(SystemTest):
    def test_the_document_has_what_is_served(self) -> None:
        few = self.serve(config=self.config(FEW))
        answer = few.ask("GET", "/openapi.json", {"accept-encoding": "gzip"})
        self.assert_status(answer, 200)
        self.assertEqual(answer.headers["content-encoding"], "gzip")
        paths = json.loads(gzip.decompress(answer.body))["paths"]
        self.assertEqual({"/" + path.split("/")[1] for path in paths},
                         {"/api", "/v1", "/admin", "/dev", "/healthz", "/readyz", "/metrics"})  # fmt: skip
        self.assertFalse([path for path in paths if "sms_settings" not in path and path.startswith("/api")])
        again = few.ask("GET", "/openapi.json", {"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]})
        self.assert_status(again, 304)
        self.assertEqual(again.body, b"")

    def test_it_is_served_where_it_is_wanted(self) -> None:
        without = self.serve(config=self.config("[docs]\nenabled = false\n"))
        for path in ("/openapi.json", "/docs", "/docs/page.js"):
            self.assert_status(without.ask("GET", path), 404)
        without.stop()
        sending = f'[senders]\norder = ["file"]\nfile.path = "{self.folder}/outgoing.jsonl"\n'
        sending += '[services.default]\ncountries = ["CH"]\n'
        production = self.serve(dev=False, data=self.folder / "production", config=self.config(sending))
        self.assert_status(production.ask("GET", "/openapi.json"), 404)
        production.stop()
        config = self.config(sending + "[docs]\nenabled = true\n")
        documented = self.serve(dev=False, data=self.folder / "production", config=config)
        answer = documented.ask("GET", "/openapi.json")
        self.assert_status(answer, 200)
        self.assertNotIn("/dev", answer.json["paths"])
