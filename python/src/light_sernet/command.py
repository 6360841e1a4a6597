"""What the commands of this package share."""

import argparse
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from . import tables
from .errors import RecognizerError, visible
from .workers import error_sentence


def add_model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="full", help=f"{' or '.join(tables.PACKAGED_MODELS)}, or the folder of a built model (default: full)")
    parser.add_argument("--build", default="auto", choices=["auto", *tables.BUILDS], help="which build of the module; all return the same bits")
    parser.add_argument("--long", default="windows", choices=["windows", "center"], help="of a sound of more than 3 s: all of it, or its center (default: windows)")


def exit_code(work: Callable[[], int], interrupted: str) -> int:
    """What the work returns; 1 after an error, which is reported in one sentence."""
    try:
        return work()
    except RecognizerError as error:
        complain(None, str(error))
        return 1
    except OSError as error:
        complain(None, f"{error.filename}: {error_sentence(error)}" if error.filename else error_sentence(error))
        return 1
    except KeyboardInterrupt:
        complain(None, interrupted)
        return 130


def complain(file: str | None, sentence: str) -> None:
    print(f"light-sernet: {visible(sentence) if file is None else f'{visible(file)}: {visible(sentence)}'}", file=sys.stderr)


def run(main: Callable[[], int]) -> NoReturn:
    if hasattr(signal, "SIGPIPE"):
        # `| head` ends the command without a complaint.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
