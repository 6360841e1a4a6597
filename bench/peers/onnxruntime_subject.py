"""ONNX Runtime on one thread, its own kernels for the CPU."""

import numpy as np
import onnxruntime
from stopwatch import milliseconds


class Subject:
    def __init__(self, task: dict, files: dict[str, bytes]):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(files["model"], options, providers=["CPUExecutionProvider"])
        [given] = self._session.get_inputs()
        self._feeds = {given.name: np.frombuffer(files["mfcc"], "<f4").reshape(given.shape)}
        self._predict()

    def _predict(self) -> None:
        [self._probabilities] = self._session.run(None, self._feeds)

    def answer(self) -> dict:
        return {"probabilities": self._probabilities[0].tolist(), "versions": {"onnxruntime": onnxruntime.__version__}}

    def run(self) -> dict:
        return {"network": milliseconds(self._predict)}
