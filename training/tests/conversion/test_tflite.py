"""TFLite files answer as the trained network does, by TensorFlow Lite's interpreter."""

import unittest

import numpy as np

from ..support import need, need_tools

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from training.conversion import tflite
from training.conversion.tflite import TFLITE_FILES, tflite_probabilities, write_tflite

from ..exported import Exported, mfccs


class TFLite(Exported):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        write_tflite(cls.model, cls.work / "tflite", mfccs(40, seed=5))

    def difference(self, precision: str) -> np.ndarray:
        found = tflite_probabilities(self.work / "tflite" / TFLITE_FILES[precision], self.features)
        self.assertEqual((found.dtype, found.shape), (np.float32, self.right.shape))
        return np.abs(found - self.right)

    def test_float32(self):
        self.assertLess(self.difference("float32").max(), 1e-5)

    def test_float16(self):
        self.assertLess(self.difference("float16").max(), 0.01)

    def test_int8(self):
        self.assertLess(self.difference("int8").max(), 0.15)
        self.assertLess(self.difference("int8").mean(), 0.02)

    def test_files_are_smaller_and_smaller(self):
        sizes = [(self.work / "tflite" / TFLITE_FILES[precision]).stat().st_size for precision in ("float32", "float16", "int8")]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertLess(sizes[1], 0.6 * sizes[0])
        self.assertLess(sizes[2], 0.4 * sizes[0])
        self.assertEqual(len(list((self.work / "tflite").iterdir())), 3)

    def test_quantized_there_and_back(self):
        tensor = {"dtype": np.int8, "quantization": (0.1, 3)}
        values = np.array([0.0, 0.04, 0.06, -1.0, 99.0, -99.0], np.float32)
        np.testing.assert_array_equal(tflite.quantized(values, tensor), [3, 3, 4, -7, 127, -128])
        np.testing.assert_allclose(tflite.dequantized(np.array([3, 4, -7], np.int8), tensor), [0, 0.1, -1], rtol=1e-6)


if __name__ == "__main__":
    unittest.main()
