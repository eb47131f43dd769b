"""A PostgreSQL server in a folder of its own, on a socket there."""

import os
import pwd
import signal
import subprocess
from pathlib import Path

from dialproof import PATIENCE, wait_until

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class Database:
    """Started at once. Root may not run it, so it then belongs to the user that Debian's package brings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen | None = None
        folder.mkdir(mode=0o700)
        self.owner = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            folder.parent.chmod(0o711)
            self.owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.run("initdb", "-D", str(folder / "data"), "-U", "dialproof", "-A", "trust", "-E", "UTF8", "--locale=C",
                 "--no-sync")  # fmt: skip
        self.start()

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run([str(PROGRAMS / program), *arguments], cwd=self.folder, capture_output=True, text=True,
                              timeout=PATIENCE, check=False, **self.owner)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        command = [str(PROGRAMS / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), "-h", "", "-F"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, **self.owner)  # fmt: skip
        assert wait_until(self.answers), "PostgreSQL does not start"

    def answers(self) -> bool:
        asked = [str(PROGRAMS / "pg_isready"), "-q", "-h", str(self.folder), "-U", "dialproof", "-d", "postgres"]
        return subprocess.run(asked, cwd=self.folder, check=False).returncode == 0

    # Cuts every connection, and is up to date on disk.
    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)

    def query(self, sql: str) -> str:
        return self.run("psql", "-h", str(self.folder), "-U", "dialproof", "-d", "postgres", "-X", "-A", "-t", "-c", sql)

    @property
    def url(self) -> str:
        return f"host={self.folder} user=dialproof dbname=postgres"
