"""gRPC's own library in Python (Debian's python3-grpcio), in the clear and under TLS."""

import json
import signal
import subprocess
import sys
from typing import Any

import grpc
from dialproof import PATIENCE, ROOT, Server, SystemTest

SERVICE = "/zitadel.user.v2.UserService/"
NUMBER = "+41791235001"


class Grpc(SystemTest):
    def setUp(self) -> None:
        super().setUp()
        subprocess.run(["protoc", f"--proto_path={ROOT}/proto", f"--python_out={self.folder}", "zitadel/message.proto",
                        "zitadel/object/v2/object.proto", "zitadel/user/v2/user.proto",
                        "zitadel/user/v2/user_service.proto"], check=True, timeout=PATIENCE)  # fmt: skip
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        self.addCleanup(self.forget_messages, set(sys.modules))
        from zitadel.user.v2 import user_service_pb2  # made above

        self.messages = user_service_pb2

    @staticmethod
    def forget_messages(before: set[str]) -> None:
        for name in set(sys.modules) - before:
            if name.startswith("zitadel"):
                del sys.modules[name]

    def call(self, channel: grpc.Channel, method: str, request: Any, token: str, **options: Any) -> Any:
        answer = getattr(self.messages, method + "Response", self.messages.VerifyPhoneResponse)
        stub = channel.unary_unary(SERVICE + method, request_serializer=type(request).SerializeToString,
                                   response_deserializer=answer.FromString)  # fmt: skip
        return stub(request, metadata=[("authorization", f"Bearer {token}")], timeout=PATIENCE, **options)

    def verify_a_phone(self, channel: grpc.Channel, server: Server, user: str, **options: Any) -> None:
        token, messages = server.admin_token, self.messages
        add = messages.AddHumanUserRequest(user_id=user)
        add.profile.given_name, add.profile.family_name, add.email.email = "Ada", "Lovelace", f"{user}@example.com"
        self.assertEqual(self.call(channel, "AddHumanUser", add, token, **options).user_id, user)
        phone = messages.SetPhoneRequest(user_id=user, phone=NUMBER)
        phone.return_code.SetInParent()
        code = self.call(channel, "SetPhone", phone, token, **options).verification_code
        guess = messages.VerifyPhoneRequest(user_id=user, verification_code=code)
        self.call(channel, "VerifyPhone", guess, token, **options)
        found = self.call(channel, "GetUserByID", messages.GetUserByIDRequest(user_id=user), token, **options)
        self.assertTrue(found.user.human.phone.is_verified)

    def refusal(self, channel: grpc.Channel, method: str, request: Any, token: str) -> grpc.RpcError:
        with self.assertRaises(grpc.RpcError) as refused:
            self.call(channel, method, request, token)
        return refused.exception

    def test_a_phone_from_nothing_to_verified(self) -> None:
        server = self.serve()
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            self.verify_a_phone(channel, server, "ada")
            self.verify_a_phone(channel, server, "zip", compression=grpc.Compression.Gzip)

    def test_errors_are_those_of_zitadel(self) -> None:
        from google.protobuf.any_pb2 import Any as AnyMessage
        from zitadel import message_pb2

        server = self.serve()
        guess = self.messages.VerifyPhoneRequest(user_id="nobody", verification_code="1")
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            refused = self.refusal(channel, "VerifyPhone", guess, server.admin_token)
            self.assertEqual(refused.code(), grpc.StatusCode.NOT_FOUND)
            self.assertEqual(refused.details(), "Phone not found (COMMAND-ieJ2e)")
            status = dict(refused.trailing_metadata())["grpc-status-details-bin"]
            detail = message_pb2.ErrorDetail(id="COMMAND-ieJ2e", message="Phone not found")
            packed = AnyMessage(type_url="type.googleapis.com/zitadel.v1.ErrorDetail", value=detail.SerializeToString())
            self.assertIn(packed.SerializeToString(), status)
            self.assertEqual(self.refusal(channel, "VerifyPhone", guess, "none").code(), grpc.StatusCode.UNAUTHENTICATED)
            self.assertEqual(self.refusal(channel, "VerifyFax", guess, "none").code(), grpc.StatusCode.UNIMPLEMENTED)
            large = self.messages.VerifyPhoneRequest(user_id="x" * 100_000)
            self.assertEqual(self.refusal(channel, "VerifyPhone", large, "none").code(),
                             grpc.StatusCode.RESOURCE_EXHAUSTED)  # fmt: skip

    def test_many_calls_share_a_connection(self) -> None:
        server = self.serve()
        guess = self.messages.VerifyPhoneRequest(user_id="nobody", verification_code="1")
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            stub = channel.unary_unary(SERVICE + "VerifyPhone", request_serializer=type(guess).SerializeToString,
                                       response_deserializer=self.messages.VerifyPhoneResponse.FromString)  # fmt: skip
            metadata = [("authorization", f"Bearer {server.admin_token}")]
            calls = [stub.future(guess, metadata=metadata, timeout=PATIENCE) for _ in range(1000)]
            self.assertEqual({call.code() for call in calls}, {grpc.StatusCode.NOT_FOUND})
        self.assert_stops_well(server)

    def test_under_tls(self) -> None:
        certificate, key = self.folder / "server.crt", self.folder / "server.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "90",
                        "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)  # fmt: skip
        key.chmod(0o600)
        server = self.serve(config=self.config(f'[server.tls]\nlisten = "127.0.0.1:0"\ncertificate = "{certificate}"\n'
                                               f'key = "{key}"\n'))  # fmt: skip
        ready = server.output.wait_for(r"^dialproof ready on https://(\S+)$")
        assert ready
        credentials = grpc.ssl_channel_credentials(certificate.read_bytes())
        with grpc.secure_channel(ready.group(1), credentials) as channel:
            self.verify_a_phone(channel, server, "tls")

    def test_health(self) -> None:
        """As grpc_health_probe asks, with messages small enough to be spelt here."""
        server = self.serve()
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            self.assertEqual(check(b"", timeout=PATIENCE), b"\x08\x01")
            name = b"zitadel.user.v2.UserService"
            self.assertEqual(check(b"\x0a" + bytes([len(name)]) + name, timeout=PATIENCE), b"\x08\x01")
            with self.assertRaises(grpc.RpcError) as refused:
                check(b"\x0a\x01x", timeout=PATIENCE)
            self.assertEqual(refused.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_a_channel_watches_the_health(self) -> None:
        """gRPC's own health checks, as a balancing channel makes them: no call is sent before the service is well."""
        server = self.serve()
        checked = json.dumps({"loadBalancingConfig": [{"round_robin": {}}],
                              "healthCheckConfig": {"serviceName": "zitadel.user.v2.UserService"}})  # fmt: skip
        with grpc.insecure_channel(f"127.0.0.1:{server.port}", [("grpc.service_config", checked)]) as channel:
            self.verify_a_phone(channel, server, "well")
        unknown = checked.replace("zitadel.user.v2", "no.such")
        with grpc.insecure_channel(f"127.0.0.1:{server.port}", [("grpc.service_config", unknown)]) as channel:
            request = self.messages.GetUserByIDRequest(user_id="well")
            self.assertEqual(self.refusal(channel, "GetUserByID", request, server.admin_token).code(),
                             grpc.StatusCode.UNAVAILABLE)  # fmt: skip

    def test_who_watches_hears_of_the_stop(self) -> None:
        server = self.serve()
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            watch = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=PATIENCE)
            self.assertEqual(next(watch), b"\x08\x01")
            server.signal(signal.SIGTERM)
            self.assertEqual(next(watch), b"\x08\x02")
            with self.assertRaises(grpc.RpcError):
                next(watch)
        self.assertEqual(server.wait(), 0, server.log.text)
