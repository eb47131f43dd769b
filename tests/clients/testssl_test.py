"""testssl.sh, the tool that operators look at a TLS port with."""

import json
import subprocess
from pathlib import Path

from dialproof import SystemTest

PATIENCE = 240.0
SERIOUS = {"FATAL", "MEDIUM", "HIGH", "CRITICAL", "WARN"}
# What a certificate that is made for a test, and signed by itself, cannot have; and what the tool says of itself.
EXPECTED = {
    "cert_chain_of_trust": "nobody's store has its issuer",
    "cert_revocation": "there is no issuer who could revoke it: neither CRL nor OCSP",
    "engine_problem": "Debian's openssl has no GOST",
}


class TestSsl(SystemTest):
    def test_finds_nothing_of_medium_or_worse(self) -> None:
        report = self.folder / "report.json"
        done = subprocess.run(["testssl", "--quiet", "--warnings", "batch", "--color", "0", "--jsonfile", str(report),
                               "--protocols", "--server-defaults", "--server-preference", "--fs", "--vulnerable",
                               "--std", "--headers", self.address()],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)  # fmt: skip
        findings = json.loads(report.read_text())
        tested = {each["id"] for each in findings}
        for expected in ("TLS1_2", "TLS1_3", "heartbleed", "cipherlist_STRONG", "secure_renego"):
            self.assertIn(expected, tested, done.stdout)
        serious = [each for each in findings
                   if each["severity"] in SERIOUS and each["id"] not in EXPECTED]  # fmt: skip
        self.assertEqual(serious, [], done.stdout)

    def address(self) -> str:
        """Of a server with a certificate of its own."""
        certificate, key = self.folder / "server.crt", self.folder / "server.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-addext", "extendedKeyUsage=serverAuth", "-days", "90",
                        "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)  # fmt: skip
        key.chmod(0o600)
        config = self.config(f'[server.tls]\nlisten = "127.0.0.1:0"\ncertificate = "{certificate}"\nkey = "{key}"\n')
        ready = self.serve(config=Path(config)).output.wait_for(r"^dialproof ready on https://(\S+)$")
        assert ready
        return ready.group(1)
