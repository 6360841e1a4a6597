"""Which wordings of licences are free, and what weights must carry."""

import unittest

from training.data.licences import is_free, of_weights

FREE = ("CC0", "CC BY 4.0", "Speech Commands CC BY 4.0", "repo Apache-2.0", "Apache-2.0", "repo MIT", "cc-by 4.0", "CC0 and MIT")
OTHERS = (
    "CC BY-NC-SA 4.0",
    "CC BY-NC-SA 4.0 (Zenodo original; copy states none)",
    "CC BY-SA 4.0",
    "CC BY-ND 3.0",
    "CC BY-NC 4.0; code MIT",
    "none stated",
    "",
    "research only",
    "summit",
)


class Licences(unittest.TestCase):
    def test_free_ones(self):
        self.assertEqual([text for text in (*FREE, *OTHERS) if is_free(text)], list(FREE))

    def test_weights_of_free_sounds_are_under_mit(self):
        self.assertEqual(of_weights(FREE), "MIT")

    def test_one_restricted_recording_decides(self):
        self.assertEqual(of_weights((*FREE, *OTHERS[:2])), "CC BY-NC-SA 4.0")
        self.assertEqual(of_weights(("CC BY-SA 4.0", "CC0", "CC BY-NC-SA 4.0")), "CC BY-NC-SA 4.0 and CC BY-SA 4.0")
        self.assertEqual(of_weights(("MIT", "none stated")), "no licence stated")


if __name__ == "__main__":
    unittest.main()
