"""What a recognizer refuses, in one sentence that says what to do."""

from . import tables


class RecognizerError(Exception):
    """Every error of this package with a known reason."""

    def __init__(self, status: str, sentence: str, file: str | None = None):
        super().__init__(status, sentence, file)
        self.status = status
        """The reason, for programs: the name of a status in docs/abi.md, or BAD_ARGUMENT, BAD_MODULE, NO_MODEL, EMPTY, WORKER_FAILED."""
        self.sentence = sentence
        """The reason, for people."""
        self.file = file
        """The file that it is about."""

    def __str__(self) -> str:
        return self.sentence if self.file is None else f"{self.file}: {self.sentence}"


def status_error(code: int) -> RecognizerError:
    """For a negative status of the module."""
    name = tables.STATUS_NAMES.get(code)
    return RecognizerError("UNKNOWN", f"unknown status {code}") if name is None else named_error(name)


def named_error(name: str) -> RecognizerError:
    return RecognizerError(name, tables.STATUS_SENTENCES[name])


def bad_argument(name: str, expected: str, value: object) -> RecognizerError:
    return RecognizerError("BAD_ARGUMENT", f"{name} must be {expected} and is {shown(value)}")


def damaged(reason: object, name: str = "the WebAssembly module") -> RecognizerError:
    """For a module that behaves as ours never do."""
    return RecognizerError("BAD_MODULE", f"{name} is damaged ({shown_line(str(reason))}); build the model again")


def shown(value: object) -> str:
    """Any value in a message: its beginning, in one line."""
    return shown_line(repr(value))


def shown_line(text: str, most: int = 200) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 3]}..."


def visible(text: str) -> str:
    """A foreign text that does not control a terminal: what cannot be printed is escaped, as are the bytes of a file name that are not UTF-8."""
    return "".join(character if character.isprintable() or character == " " else escaped(character) for character in text)


def escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
