"""The configuration: mistakes are explained, what is printed loads again, the page in docs/ is complete."""

import re
import tomllib

from dialproof import ROOT, SystemTest, command

PAGE = ROOT / "docs" / "configuration.md"


def keys_of(text: str) -> list[str]:
    """The keys of what `config print` prints, with the names of services, locales and so on as stars."""
    keys = re.findall(r"^([a-z_.]+) = ", text, re.MULTILINE)
    named = r"^(services|providers|routes)\.[a-z]+|(?<=\.)(links|templates)\.[a-z]+"
    return [re.sub(named, lambda found: (found[1] or found[2]) + ".*", k) for k in keys]


class Config(SystemTest):
    def check(self, text: str, *arguments: str) -> tuple[int, str]:
        checked = command("config", "check", "--config", str(self.config(text)), *arguments)
        return checked.returncode, checked.stdout + checked.stderr

    def test_a_misspelled_key_is_told_with_its_line_and_the_right_one(self) -> None:
        status, said = self.check('[services.default]\ncountries = ["CH"]\ncode_lenght = 6\n', "--dev")
        self.assertNotEqual(status, 0)
        self.assertRegex(said, r"dialproof\.toml:3: services\.default\.code_lenght: unknown key; .*code_length")

    def test_a_value_out_of_range_is_told_with_what_is_allowed(self) -> None:
        status, said = self.check("[services.default]\ncode_length = 3\n", "--dev")
        self.assertNotEqual(status, 0)
        self.assertRegex(said, r"dialproof\.toml:2: services\.default\.code_length: expected .*4 to 10")

    def test_all_mistakes_are_told_at_once(self) -> None:
        status, said = self.check("[server]\nthreads = 1000\nport = 80\n[log]\nlevel = 'loud'\n", "--dev")
        self.assertNotEqual(status, 0)
        self.assertEqual(len(re.findall(r"dialproof\.toml:\d+:", said)), 3, said)
        self.assertIn("debug info warning error", said)

    def test_text_that_is_no_toml_is_told_with_its_line(self) -> None:
        status, said = self.check("[server]\nlisten = \n", "--dev")
        self.assertNotEqual(status, 0)
        self.assertRegex(said, r"dialproof\.toml:[23]: ")

    def test_a_server_does_not_start_on_a_mistake(self) -> None:
        refused = command("serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data), "--config",
                          str(self.config("colour = 'red'\n")))  # fmt: skip
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("colour: unknown key", refused.stderr)
        self.assertFalse(self.data.exists())

    def test_every_key_can_be_a_variable(self) -> None:
        printed = command("config", "print", "--dev", environment={
            "DIALPROOF_SERVER_THREADS": "3", "DIALPROOF_SERVICES_DEFAULT_CODE_LENGTH": "8",
            "DIALPROOF_LINE_GUESSES": "7/1h,9/1d"}).stdout  # fmt: skip
        self.assertIn("server.threads = 3\n", printed)
        self.assertIn("services.default.code_length = 8\n", printed)
        self.assertIn('line.guesses = ["7/1h", "9/1d"]\n', printed)
        unknown = command("config", "check", "--dev", environment={"DIALPROOF_SERVER_TREADS": "3"})
        self.assertNotEqual(unknown.returncode, 0)
        self.assertIn("DIALPROOF_SERVER_THREADS", unknown.stdout + unknown.stderr)

    def test_what_is_printed_is_toml_and_loads_again(self) -> None:
        printed = command("config", "print", "--dev").stdout
        tomllib.loads(printed)
        status, said = self.check(printed, "--dev")
        self.assertEqual(status, 0, said)
        again = command("config", "print", "--dev", "--config", str(self.folder / "dialproof.toml")).stdout
        self.assertEqual(again, printed)

    def test_the_example_that_is_installed_is_good(self) -> None:
        checked = command("config", "check", "--config", str(ROOT / "deploy" / "dialproof.toml"))
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_the_page_names_every_key_with_its_default_and_no_other(self) -> None:
        text = PAGE.read_text()
        example = str(self.config('[services.default]\ncountries = ["CH"]\n[senders]\norder = ["file"]\n'
                                  '[senders.file]\npath = "x"\n[providers.smsc]\nkind = "smpp"\n'
                                  '[providers.smsc.links.main]\nhost = "smsc"\n'
                                  '[routes.kz]\nproviders = ["file"]\n'))  # fmt: skip
        printed = command("config", "print", "--config", example)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        values = dict(re.findall(r"^([a-z_.]+) = (.*)$", printed.stdout, re.MULTILINE))
        documented = dict(re.findall(r"^\| `([a-z_.*]+)` \| (?:`([^`]*)`)?", text, re.MULTILINE))
        self.assertEqual(sorted(documented), sorted({*keys_of(printed.stdout), "test_numbers.*"}))
        given = {"services.default.countries", "senders.order", "senders.file.path", "providers.smsc.kind",
                 "providers.smsc.links.main.host", "routes.kz.providers"}  # fmt: skip
        for key, value in values.items():
            if key not in given and not (".templates." in key and not key.endswith(".en")):
                name = keys_of(f"{key} = ")[0]
                self.assertEqual(documented[name], value, key)

    def test_long_codes_are_warned_of(self) -> None:
        status, said = self.check('[services.default]\ncode_lifetime = "1h"\n', "--dev")
        self.assertEqual(status, 0)
        self.assertIn("warning: services.default.code_lifetime", said)

    def test_the_lint_of_texts_fails_where_one_takes_too_many_parts(self) -> None:
        good = command("templates", "lint", "--dev")
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertRegex(good.stdout, r"(?m)^  kk +UCS-2 +\d+ +1 ")
        priced = self.config('[providers.acme]\nkind = "webhook"\nprice_per_part = ["0.05 EUR", "KZ 18.5 KZT"]\n')
        said = command("templates", "lint", "--dev", "--config", str(priced)).stdout
        self.assertRegex(said, r"(?m)^  cost by acme: .*\ben 0\.05 EUR")
        self.assertRegex(said, r"(?m)^  cost by acme in KZ: .*\bkk 18\.5 KZT")
        config = self.config(f"[services.default]\nparts_max = 1\ntemplates.en = '{{code}}… {'a' * 70}'\n")
        bad = command("templates", "lint", "--dev", "--config", str(config))
        self.assertEqual(bad.returncode, 1)
        self.assertRegex(bad.stdout, r"(?m)^  en +UCS-2 +78 +2 .*U\+2026 at 7 \(use \.\.\.\)$")

    def test_the_policy_says_how_likely_a_stranger_is_to_guess(self) -> None:
        config = self.config('[services.default]\ncountries = ["CH"]\ncode_length = 4\n[line]\nguesses = ["30/1d"]\n'
                             '[senders]\norder = ["file"]\n[senders.file]\npath = "x"\n')  # fmt: skip
        said = command("policy", "--config", str(config)).stdout
        self.assertIn("default", said)
        self.assertRegex(said, r"\b30\b")
        self.assertTrue("0.3" in said or "1 in 33" in said, said)  # 30 of 10,000
