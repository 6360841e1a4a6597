"""The network against the paper's size. `python -m unittest discover training`"""

import importlib.util
import os
import unittest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@unittest.skipUnless(importlib.util.find_spec("keras"), "Keras is not installed; training/requirements.txt brings it")
class LightSernet(unittest.TestCase):
    def test_size(self):
        from model import light_sernet

        model = light_sernet(classes=7)
        self.assertEqual(model.count_params(), 463_431)
        self.assertEqual(model.output_shape, (None, 7))
        self.assertEqual(model.get_layer("body_two_5_convolution").output.shape[1:], (6, 5, 320))


if __name__ == "__main__":
    unittest.main()
