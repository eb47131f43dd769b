"""Clients that run under Node.js; each script is a test of node's own runner."""

import os
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dialproof import SystemTest

HERE = Path(__file__).resolve().parent
PATIENCE = 120.0
JWT_KEY = "a key that other services know too"
CONFIG = "[dialects.pip_sms_settings]\ncommands = true\n"


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


class Node(SystemTest):
    def run_script(self, script: str, config: str = CONFIG, **more: str) -> None:
        server = self.serve(config=self.config(config), environment={"DIALPROOF_TECHNO_SSO_JWT_KEY": JWT_KEY})
        told = {"DIALPROOF_URL": server.url, "DIALPROOF_ADMIN": server.admin_token, "JWT_KEY": JWT_KEY} | more
        done = subprocess.run(["node", "--test", script], cwd=HERE, env=os.environ | told, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"# pass [1-9]")

    def test_fetch_speaks_all_four_apis(self) -> None:
        self.run_script("rest.test.mjs")

    def test_the_npm_client_of_the_microservice_works_as_it_is(self) -> None:
        self.run_script("pip_client.test.mjs")

    def test_zitadels_own_client_works_over_each_transport(self) -> None:
        self.run_script("zitadel_client.test.mjs")

    def test_grpc_js_works_with_its_messages(self) -> None:
        self.run_script("grpc_js.test.mjs")

    def test_pages_in_a_browser_call_where_they_may(self) -> None:
        port = self.pages()
        known, other = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        config = f'[dialects.zitadel]\ncors_origins = ["{known}"]\n'
        self.run_script("browser.test.mjs", config, KNOWN_ORIGIN=known, OTHER_ORIGIN=other)

    def test_a_browser_shows_the_documentation_and_tries_a_call(self) -> None:
        self.run_script("docs.test.mjs")

    def pages(self) -> int:
        """Serves the files of this folder, on a port of its own."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=str(HERE)))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_port
