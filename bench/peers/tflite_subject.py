"""TensorFlow Lite on one thread, with XNNPACK, which its interpreter takes by itself."""

from importlib.metadata import version

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from stopwatch import milliseconds


class Subject:
    def __init__(self, task: dict, files: dict[str, bytes]):
        self._interpreter = Interpreter(model_content=files["model"], num_threads=1)
        self._interpreter.allocate_tensors()
        [given], [answered] = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._mfcc = np.frombuffer(files["mfcc"], "<f4").reshape(given["shape"])
        self._given, self._answered = given["index"], answered["index"]
        self._predict()

    def _predict(self) -> None:
        self._interpreter.set_tensor(self._given, self._mfcc)
        self._interpreter.invoke()
        self._probabilities = self._interpreter.get_tensor(self._answered)

    def answer(self) -> dict:
        return {"probabilities": self._probabilities[0].tolist(), "versions": {"ai-edge-litert": version("ai-edge-litert")}}

    def run(self) -> dict:
        return {"network": milliseconds(self._predict)}
