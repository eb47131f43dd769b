"""Certificates for tests, made by openssl."""

import shutil
import subprocess
from pathlib import Path

from dialproof import PATIENCE


class Certificates:
    """PEM files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def path(self, name: str, kind: str) -> Path:
        return self.folder / f"{name}.{kind}"

    def make(self, name: str, days: int = 90, issuer: str | None = None, address: str = "127.0.0.1") -> str:
        """A certificate for that address, of that common name, signed by itself or by another one of here."""
        arguments = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}", "-days", str(days),
                     "-keyout", str(self.path(name, "key")), "-out", str(self.path(name, "crt"))]  # fmt: skip
        if issuer:
            arguments += ["-CA", str(self.path(issuer, "crt")), "-CAkey", str(self.path(issuer, "key"))]
        subprocess.run(arguments, check=True, capture_output=True, timeout=PATIENCE)
        return name

    def make_expired(self, name: str) -> str:
        self.make(name)
        subprocess.run(["openssl", "x509", "-in", str(self.path(name, "crt")), "-key", str(self.path(name, "key")),
                        "-days", "-1", "-out", str(self.path(name, "crt"))],
                       check=True, capture_output=True, timeout=PATIENCE)  # fmt: skip
        return name

    def put(self, name: str, place: str) -> None:
        """Gives the files to `place`, as a renewal does."""
        for kind in ("crt", "key"):
            shutil.copy(self.path(name, kind), self.path(place, kind))
        self.path(place, "key").chmod(0o600)
