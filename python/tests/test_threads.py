"""Threads: one recognizer for all, and one for each; Python's lock is free while WebAssembly runs."""

import threading
import time
import unittest
from collections.abc import Callable

from light_sernet import Recognizer

from .support import voice, without_time

SOUNDS = [voice(1 + index % 5, 100 + 20 * index, seed=index) for index in range(12)]


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Runs it in that many threads; the first error is raised here."""
    errors: list[BaseException] = []

    def run(index: int) -> None:
        try:
            work(index)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Threads(unittest.TestCase):
    def test_threads_that_share_a_recognizer(self) -> None:
        recognizer = Recognizer("micro")
        expected = [without_time(recognizer.classify(sound, 16_000).to_dict()) for sound in SOUNDS]

        def work(thread: int) -> None:
            for round_ in range(3):
                for index in range(len(SOUNDS)):
                    at = (index * (thread + 1) + round_) % len(SOUNDS)
                    self.assertEqual(without_time(recognizer.classify(SOUNDS[at], 16_000).to_dict()), expected[at])
                    self.assertEqual(len(list(recognizer.windows(SOUNDS[at], 16_000))), len(expected[at]["segments"]))

        in_threads(6, work)

    def test_a_recognizer_for_each_thread(self) -> None:
        recognizer = Recognizer("micro")
        expected = [without_time(recognizer.classify(sound, 16_000).to_dict()) for sound in SOUNDS]

        def work(thread: int) -> None:
            own = Recognizer("micro")
            for index, sound in enumerate(SOUNDS):
                self.assertEqual(without_time(own.classify(sound, 16_000).to_dict()), expected[index])

        in_threads(6, work)

    def test_python_goes_on_while_the_network_runs(self) -> None:
        """A thread that only counts is not stopped by one that classifies: with Python's lock held, it would get no turn within a window."""
        recognizer = Recognizer("full", build="scalar")
        sound = voice(3)
        turns = [0]
        stop = threading.Event()

        def count() -> None:
            while not stop.is_set():
                turns[0] += 1
                time.sleep(0.0005)

        thread = threading.Thread(target=count)
        thread.start()
        try:
            recognizer.classify(sound, 16_000)
            before = turns[0]
            for _ in range(5):
                recognizer.classify(sound, 16_000)
            # Each takes 30 ms or more, most of it in one call.
            self.assertGreater(turns[0] - before, 25)
        finally:
            stop.set()
            thread.join()


if __name__ == "__main__":
    unittest.main()
