"""TLS: beside the clear, with client certificates, and through a renewal of the certificate."""

import http.client
import json
import signal
import socket
import ssl
import subprocess
import time
from urllib.parse import urlencode

from certificates import Certificates
from dialproof import PATIENCE, Server, SystemTest, command, samples, wait_until

NUMBER = "+41791234567"


class TlsServer:
    """A server with a door under TLS, and clients for it."""

    def __init__(self, test: "Tls", *, plain: bool = True, more: str = "") -> None:
        self.certificates = test.certificates
        config = test.config(test.tls_config(more))
        self.server: Server = test.serve(config=config, environment={} if plain else {"DIALPROOF_SERVER_LISTEN": ""},
                                         listen="127.0.0.1:0" if plain else None)  # fmt: skip
        ready = self.server.output.wait_for(r"^dialproof ready on https://127\.0\.0\.1:(\d+)$")
        assert ready, self.server.output.text
        self.port = int(ready.group(1))

    def context(self, trusted: str = "server", own: str | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.certificates.path(trusted, "crt")))
        if own:
            context.load_cert_chain(self.certificates.path(own, "crt"), self.certificates.path(own, "key"))
        return context

    def connection(self, context: ssl.SSLContext | None = None) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=context or self.context())

    def shown(self) -> str:
        """The common name of the certificate that a new connection is shown."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as plain, context.wrap_socket(plain) as tls:
            shown = self.certificates.path("shown", "der")
            shown.write_bytes(tls.getpeercert(binary_form=True))
        said = subprocess.run(["openssl", "x509", "-inform", "der", "-in", str(shown), "-noout", "-subject"],
                              check=True, capture_output=True, text=True, timeout=PATIENCE).stdout  # fmt: skip
        return said.strip().removeprefix("subject=CN = ")


def status_of(connection: http.client.HTTPConnection, path: str = "/healthz") -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


class Tls(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        self.certificates = Certificates(self.folder / "certificates")

    def tls_config(self, more: str = "") -> str:
        """With the files of the place `server`; one is made if there is none."""
        if not self.certificates.path("server", "key").exists():
            self.certificates.put(self.certificates.make("first"), "server")
        return (f'[server.tls]\nlisten = "127.0.0.1:0"\ncertificate = "{self.certificates.path("server", "crt")}"\n'
                f'key = "{self.certificates.path("server", "key")}"\n{more}\n')  # fmt: skip

    def check(self, config: str) -> tuple[int, str]:
        checked = command("config", "check", "--dev", "--config", str(self.config(config)))
        return checked.returncode, checked.stdout + checked.stderr

    def test_a_number_is_verified_under_tls_and_in_the_clear_beside_it(self) -> None:
        door = TlsServer(self)
        secure = door.connection()
        form = {"content-type": "application/x-www-form-urlencoded"}
        secure.request("POST", "/api/phone/register", urlencode({"phone_number": NUMBER}), form)
        token = json.load(secure.getresponse())["session_token"]
        code = door.server.code_sent(NUMBER)  # asked for in the clear
        secure.request("POST", "/api/phone/verify", urlencode({
            "phone_number": NUMBER, "session_token": token, "security_code": code}), form)  # fmt: skip
        self.assertEqual(secure.getresponse().status, 200)
        with socket.create_connection(("127.0.0.1", door.port), PATIENCE) as plain:
            with door.context().wrap_socket(plain, server_hostname="127.0.0.1") as tls:
                self.assertEqual(tls.version(), "TLSv1.3")
        self.assert_stops_well(door.server)

    def test_it_serves_under_tls_alone(self) -> None:
        door = TlsServer(self, plain=False)
        self.assertNotIn("http://", door.server.output.text)
        self.assertEqual(status_of(door.connection()), 200)

    def test_a_client_in_the_clear_is_told(self) -> None:
        door = TlsServer(self)
        with socket.create_connection(("127.0.0.1", door.port), PATIENCE) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            said = b"".join(iter(lambda: client.recv(65536), b""))
        self.assertTrue(said.startswith(b"HTTP/1.1 400 "), said)
        self.assertIn(b"This port speaks TLS", said)

    def test_a_stop_says_close_notify(self) -> None:
        door = TlsServer(self)
        with socket.create_connection(("127.0.0.1", door.port), PATIENCE) as plain:
            with door.context().wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as tls:
                tls.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertIn(b" 200 ", tls.recv(65536))
                door.server.signal(signal.SIGTERM)
                self.assertEqual(tls.recv(65536), b"")  # a close without a word raises SSLEOFError
        self.assertEqual(door.server.wait(), 0)

    def test_a_renewed_certificate_is_shown_to_new_connections_alone(self) -> None:
        door = TlsServer(self)
        kept = door.connection()
        self.assertEqual(status_of(kept), 200)
        kept_socket = kept.sock
        self.assertEqual(door.shown(), "first")

        self.certificates.put(self.certificates.make("second", days=200), "server")
        seen = len(door.server.log.text.splitlines())
        door.server.signal(signal.SIGHUP)
        self.assertTrue(door.server.log.wait_for('"event":"tls_certificate"', seen))
        self.assertEqual(door.shown(), "second")
        self.assertEqual(status_of(kept), 200)
        self.assertIs(kept.sock, kept_socket)  # it was not connected anew

        seen = len(door.server.log.text.splitlines())
        self.certificates.path("server", "key").write_text("a letter")
        door.server.signal(signal.SIGHUP)
        said = door.server.log.wait_for('"event":"tls_not_renewed".*"message":"([^"]*)"', seen)
        self.assertTrue(said, door.server.log.text)
        self.assertIn("server.tls.key", said.group(1))
        self.assertEqual(door.shown(), "second")
        self.assertEqual(status_of(kept), 200)
        kept.close()
        self.assert_stops_well(door.server)

    def test_a_renewal_may_ask_for_client_certificates(self) -> None:
        self.certificates.make("clients")
        door = TlsServer(self)
        self.assertEqual(status_of(door.connection()), 200)
        self.config(self.tls_config(f'client_ca = "{self.certificates.path("clients", "crt")}"\n'
                                    'client_certificates = "required"'))  # fmt: skip
        seen = len(door.server.log.text.splitlines())
        door.server.signal(signal.SIGHUP)
        self.assertTrue(door.server.log.wait_for('"event":"reloaded"', seen))
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            status_of(door.connection())

    def failed_handshakes(self, door: "TlsServer") -> float:
        metrics = samples(door.server.ask("GET", "/metrics").body.decode())
        return metrics.get('dialproof_http_rejected_total{reason="tls_handshake_failed"}', 0)

    def test_client_certificates(self) -> None:
        for name in ("clients", "strangers"):
            self.certificates.make(name)
        self.certificates.make("known", issuer="clients")
        self.certificates.make("unknown", issuer="strangers")
        ask = f'client_ca = "{self.certificates.path("clients", "crt")}"\nclient_certificates = "%s"'
        required = TlsServer(self, more=ask % "required")
        self.assertEqual(status_of(required.connection(required.context(own="known"))), 200)
        for own in (None, "unknown"):
            with self.assertRaises((ssl.SSLError, ConnectionError), msg=own):
                status_of(required.connection(required.context(own=own)))
        self.assertTrue(required.server.log.wait_for('"event":"request_rejected".*tls_handshake_failed'))
        # TLS 1.3 lets a client believe that it is in before the server has seen what it lacks.
        self.assertTrue(wait_until(lambda: self.failed_handshakes(required) == 2), self.failed_handshakes(required))
        self.assert_stops_well(required.server)

        optional = TlsServer(self, more=ask % "optional")
        for own in (None, "known"):
            self.assertEqual(status_of(optional.connection(optional.context(own=own))), 200)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            status_of(optional.connection(optional.context(own="unknown")))

    def test_the_end_of_the_certificate_is_seen_and_warned_of(self) -> None:
        door = TlsServer(self)
        metrics = door.server.ask("GET", "/metrics").body.decode()
        line = next(each for each in metrics.splitlines() if each.startswith("dialproof_tls_certificate_expires"))
        self.assertAlmostEqual(float(line.split()[1]), time.time() + 90 * 86400, delta=3600)
        self.assertNotIn("tls_certificate_expires", door.server.log.text)
        door.server.advance(80 * 86400)
        self.assertTrue(door.server.log.wait_for('"event":"tls_certificate_expires".*expires in 9 days'))
        door.server.advance(20 * 86400)
        self.assertTrue(door.server.log.wait_for('"event":"tls_certificate_expires".*has expired'))

    def test_mistakes_are_told_by_their_key(self) -> None:
        self.assertEqual(self.check(self.tls_config())[0], 0)
        key, certificate = self.certificates.path("server", "key"), self.certificates.path("server", "crt")
        good_key = key.read_bytes()

        key.chmod(0o640)
        self.assert_told(f"server.tls.key: {key}: others than its owner have access to it: chmod 600 {key}")
        key.chmod(0o600)
        key.write_bytes(self.certificates.path(self.certificates.make("other"), "key").read_bytes())
        self.assert_told(f"server.tls.key: {key} is not the key of the certificate")
        protected = subprocess.run(["openssl", "ec", "-aes128", "-passout", "pass:secret"], input=good_key, check=True,
                                   capture_output=True, timeout=PATIENCE)  # fmt: skip
        key.write_bytes(protected.stdout)
        self.assert_told(f"server.tls.key: {key} is protected by a passphrase")
        key.unlink()
        key.mkdir(mode=0o700)
        self.assert_told(f"server.tls.key: cannot read {key}: Is a directory")
        key.rmdir()
        self.assert_told(f"server.tls.key: cannot read {key}: No such file or directory")
        key.write_bytes(good_key)
        key.chmod(0o600)
        certificate.write_text("a letter")
        self.assert_told(f"server.tls.certificate: {certificate} holds no PEM certificate")

    def assert_told(self, sentence: str) -> None:
        """By the check, and by a server that does not start."""
        config = (self.folder / "dialproof.toml").read_text()
        status, said = self.check(config)
        self.assertEqual(status, 2, said)
        self.assertIn(sentence, said)
        refused = command("serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data), "--config",
                          str(self.folder / "dialproof.toml"))  # fmt: skip
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertIn(sentence, refused.stderr)

    def test_a_certificate_that_expired_is_warned_of_and_served(self) -> None:
        self.certificates.put(self.certificates.make_expired("old"), "server")
        status, said = self.check(self.tls_config())
        self.assertEqual(status, 0, said)
        self.assertIn("warning: server.tls.certificate: the certificate has expired", said)
        door = TlsServer(self)
        self.assertEqual(door.shown(), "old")
        self.assertTrue(door.server.log.wait_for('"event":"tls_certificate_expires".*has expired'))

    def test_settings_that_do_not_fit_are_told(self) -> None:
        for config, sentence in (
            ('[server]\nlisten = ""\n', "server.listen: nothing to listen on"),
            ('[server]\ntls.listen = "8443"\n', "server.tls.listen: expected ADDRESS:PORT"),
            ('[server]\ntls.listen = "127.0.0.1:0"\n', "server.tls.certificate: expected the PEM file"),
            ('[server]\ntls.listen = "127.0.0.1:0"\n', "server.tls.key: expected the PEM file"),
            (self.tls_config('client_certificates = "required"'), "server.tls.client_ca: expected the PEM file"),
            (self.tls_config('client_ca = "x"'), "server.tls.client_certificates: expected optional or required"),
            (self.tls_config('client_certificates = "always"'), "expected one of off optional required"),
        ):
            status, said = self.check(config)
            self.assertEqual(status, 2, said)
            self.assertIn(sentence, said)
        status, said = self.check('[server]\ntls.certificate = "x"\n')
        self.assertEqual(status, 0, said)
        self.assertIn("warning: server.tls.certificate: not used without server.tls.listen", said)
