"""What the README promises: two commands lead to a number that is registered and verified."""

import re
import subprocess

from dialproof import PATIENCE, ROOT, SystemTest, command, wait_until

BLOCK = re.compile(r"```sh\n((?:(?!```).)*api/phone/register(?:(?!```).)*)```", re.DOTALL)
README_URL = "http://127.0.0.1:8080"


def curl_lines() -> list[str]:
    block = BLOCK.search((ROOT / "README.md").read_text())
    assert block, "the README has no lines for curl"
    return [line for line in block.group(1).splitlines() if line.strip()]


class Readme(SystemTest):
    def test_the_curl_lines_register_and_verify_a_number(self) -> None:
        lines = curl_lines()
        self.assertEqual(len(lines), 2, lines)
        server = self.serve()
        # A person takes longer than a message; here the second line waits for it.
        register, verify = (line.replace(README_URL, server.url) for line in lines)
        wait = f"until curl -s {server.url}/dev/messages | grep -q code; do :; done"
        shell = subprocess.run(["bash", "-c", f"{register}\n{wait}\n{verify}\n"], capture_output=True, text=True,
                               timeout=PATIENCE, check=False)  # fmt: skip
        self.assertEqual(shell.stdout.strip(), '{"message":"Security code is valid."}', shell.stderr)

    def test_the_screen_shows_the_same_lines(self) -> None:
        server = self.serve()
        wait_until(lambda: "security_code" in server.output.text)
        shown = [line.strip() for line in server.output.text.splitlines()]
        for line in curl_lines():
            self.assertIn(line.replace(README_URL, server.url), shown)
        self.assertIn(server.admin_token, server.output.text)

    def test_every_page_that_is_linked_is_there(self) -> None:
        pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")]
        for page in pages:
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.name} links {target}")

    def test_help_and_version_answer(self) -> None:
        for arguments in (["--help"], ["serve", "--help"], ["token", "--help"]):
            self.assertEqual(command(*arguments).returncode, 0)
        self.assertRegex(command("version").stdout, r"^dialproof \d+\.\d+\.\d+\nnumbering plans ")
