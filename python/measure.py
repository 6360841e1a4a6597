"""What the package costs beside the network alone, in one process and in turns: `python python/measure.py [MODEL]`, with the package installed.

Prints the time of a 3 s recording beside that of its network, of two threads beside one, and from import to first answer beside `import numpy, wasmtime`. Times are
processor time, which other programs change little, but for the threads.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import wasmtime

from light_sernet import Recognizer
from light_sernet.instance import Instance

RATE, SAMPLES = 16_000, 48_000
ROUNDS = 60
STARTS = 15

# The network on MFCCs that lie in a memory of its own, in one call.
NETWORK = """(module
  (import "m" "memory" (memory $m 1))
  (import "m" "startNetwork" (func $start))
  (import "m" "mfccAddress" (func $mfcc (result i32)))
  (import "m" "pushFrame" (func $push (result i32)))
  (import "m" "finishNetwork" (func $finish (result i32)))
  (memory $own (export "memory") 1)
  (func (export "network") (param $end i32) (param $row i32) (result i32) (local $at i32)
    (call $start)
    (loop $rows
      (memory.copy $m $own (call $mfcc) (local.get $at) (local.get $row))
      (drop (call $push))
      (br_if $rows (i32.lt_u (local.tee $at (i32.add (local.get $at) (local.get $row))) (local.get $end))))
    (call $finish)))"""


def network_of(recognizer: Recognizer, mfcc: np.ndarray) -> Callable[[], None]:
    module = Instance(recognizer._module).module.code
    store = wasmtime.Store(module.engine)
    exports = wasmtime.Instance(store, module.module, []).exports(store)
    driver = wasmtime.Module(module.engine, NETWORK)
    own = wasmtime.Instance(store, driver, [exports[needed.name] for needed in driver.imports]).exports(store)
    own["memory"].write(store, mfcc.tobytes())
    network = own["network"]
    return lambda: network(store, mfcc.nbytes, mfcc.shape[1] * 4)


def milliseconds(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return 1000 * (time.process_time() - begin)


def one_recording(model: str) -> None:
    recognizer = Recognizer(model)
    samples = (3000 * np.random.default_rng(1).normal(size=SAMPLES)).astype(np.int16)
    network = network_of(recognizer, recognizer.features(samples, RATE))
    classify = lambda: recognizer.classify(samples, RATE)
    pairs = [(milliseconds(network), milliseconds(classify)) for _ in range(ROUNDS)][5:]
    alone, whole = (median(times) for times in zip(*pairs))
    least = [min(times) for times in zip(*pairs)]
    print(f"{model}: network {alone:.2f} ms (least {least[0]:.2f}), 3 s classified {whole:.2f} ms (least {least[1]:.2f}): {whole / alone:.2f} times ({least[1] / least[0]:.2f})")


def two_threads(model: str) -> None:
    samples = (3000 * np.random.default_rng(1).normal(size=SAMPLES)).astype(np.int16)
    recognizers = [Recognizer(model), Recognizer(model)]

    def work(recognizer: Recognizer) -> None:
        for _ in range(ROUNDS):
            recognizer.classify(samples, RATE)

    def together() -> None:
        threads = [threading.Thread(target=work, args=(recognizer,)) for recognizer in recognizers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def seconds(call: Callable[[], object]) -> float:
        begin = time.perf_counter()
        call()
        return time.perf_counter() - begin

    pairs = [(seconds(lambda: work(recognizers[0])), seconds(together)) for _ in range(5)]
    print(f"{model}: two threads do {median(2 * one / two for one, two in pairs):.2f} times the work of one in the same time")


def start(model: str) -> None:
    program = {
        "without": "import numpy, wasmtime",
        "with": f"import numpy, wasmtime, light_sernet; light_sernet.Recognizer({model!r}).classify(numpy.zeros(48000, numpy.int16), 16000)",
    }

    def run(name: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", program[name]], check=True)
        after = os.times()
        return 1000 * (after.children_user - before.children_user + after.children_system - before.children_system)

    pairs = [(run("without"), run("with")) for _ in range(STARTS)]
    print(f"{model}: import to first answer {median(b - a for a, b in pairs):.0f} ms beyond `import numpy, wasmtime`, least {min(b for _, b in pairs) - min(a for a, _ in pairs):.0f}")


if __name__ == "__main__":
    for name in sys.argv[1:] or ["full", "micro"]:
        one_recording(name)
        two_threads(name)
        start(name)
