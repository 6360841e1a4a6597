"""`python -m light_sernet`: lines, exit codes, bad files, several processes."""

import csv
import io
import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from .support import EXAMPLES, REPOSITORY, TemporaryFolder, run_command, voice, without_time, write_wav

TOOLS = REPOSITORY / "dist/ts-tools/cli/main.js"
MICRO = ("--model", "micro")


def node(*arguments: str | Path) -> str:
    """What `light-sernet classify` prints."""
    done = subprocess.run(["node", TOOLS, "classify", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout


class Command(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.sounds = self.folder / "sounds"
        (self.sounds / "deeper").mkdir(parents=True)
        for number in range(3):
            write_wav(self.sounds / f"{number}.wav", voice(1 + 2 * number, 120 + 40 * number))
        write_wav(self.sounds / "deeper" / "b.WAV", voice(1))
        (self.sounds / "a text.wav").write_text("This is a text, and no sound at all, however long it is.")
        (self.sounds / "notes.txt").write_text("not a sound")
        (self.sounds / "._0.wav").write_text("of macOS")

    def test_json_is_that_of_the_tools(self) -> None:
        for jobs in ("1", "2"):
            found = run_command(*MICRO, "--json", "--jobs", jobs, self.sounds, EXAMPLES / "long.wav")
            self.assertEqual(found.code, 1)
            expected = [json.loads(line) for line in node(*MICRO, "--json", self.sounds, EXAMPLES / "long.wav").splitlines()]
            lines = [json.loads(line) for line in found.out.splitlines()]
            self.assertEqual([line["file"] for line in lines], [line["file"] for line in expected])
            self.assertEqual([without_time(line) for line in lines], [without_time(line) for line in expected])
            self.assertEqual(found.err, f"light-sernet: {self.sounds}/a text.wav: this is not a WAV file (no RIFF/WAVE header); convert it to WAV\n")

    def test_csv_is_that_of_the_tools(self) -> None:
        (self.sounds / "=1+1, 'quoted'.wav").write_bytes((self.sounds / "0.wav").read_bytes())

        def read(text: str) -> list[list[str | float]]:
            return [[float(cell) if cell[:1].isdigit() else cell for cell in row] for row in csv.reader(io.StringIO(text))]

        self.assertEqual(read(run_command(*MICRO, "--csv", self.sounds).out), read(node(*MICRO, "--csv", self.sounds)))

    def test_text(self) -> None:
        found = run_command(*MICRO, EXAMPLES / "emodb")
        self.assertEqual((found.code, found.err), (0, ""))
        self.assertRegex(found.out.splitlines()[0], r"anger_15a04Wb\.wav: anger \d\d\.\d %$")

    def test_warnings(self) -> None:
        quiet = write_wav(self.folder / "quiet.wav", 0 * voice(1))
        found = run_command(*MICRO, quiet)
        self.assertEqual((found.code, found.err), (0, f"light-sernet: {quiet}: warning: the sound is silent; check the microphone\n"))

    def test_files_that_cannot_be_read(self) -> None:
        (self.folder / "empty").mkdir()
        missing = self.folder / "missing.wav"
        found = run_command(*MICRO, "--json", missing, self.folder / "empty", self.sounds / "0.wav")
        self.assertEqual(found.code, 1)
        lines = [json.loads(line) for line in found.out.splitlines()]
        self.assertEqual(lines[0], {"file": str(missing), "error": "there is no such file or folder; check the path"})
        self.assertIn("no sound files", lines[1]["error"])
        self.assertIn("label", lines[2])

    def test_links_that_form_a_circle(self) -> None:
        (self.sounds / "deeper" / "up").symlink_to(self.sounds)
        found = run_command(*MICRO, "--json", self.sounds)
        self.assertEqual(len(found.out.splitlines()), 5)

    def test_names_that_are_not_text(self) -> None:
        name = bytes(self.folder) + b"/\xff\x1b[31m.wav"
        shutil.copy(self.sounds / "0.wav", name)
        for option in ("--json", "--csv"):
            found = run_command(*MICRO, option, self.folder)
            self.assertIn("\\udcff", found.out)
        found = run_command(*MICRO, self.folder)
        self.assertIn("\\udcff\\u001b[31m.wav: ", found.out)

    def test_wrong_command_lines(self) -> None:
        for arguments in (["--jobs", "x", "a.wav"], [], ["--json", "--csv", "a.wav"], ["--build", "fast", "a.wav"]):
            found = run_command(*arguments)
            self.assertEqual((found.code, found.out), (2, ""))
        found = run_command("--model", "nothing", EXAMPLES / "speech.wav")
        self.assertEqual((found.code, found.out), (1, ""))
        self.assertRegex(found.err, "^light-sernet: nothing has no built model .*\n$")

    def test_a_reader_that_stops(self) -> None:
        """As `| head -1`: no complaint."""
        command = f"{sys.executable} -m light_sernet --model micro {'{0}/speech.wav '.format(EXAMPLES) * 40} 2>&1 | head -1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)

if __name__ == "__main__":
    unittest.main()
