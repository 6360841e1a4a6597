"""MFCCs as most Python programs compute them: librosa, with our front end's frame, hop, bands and edges."""

import librosa
import numpy as np
from stopwatch import milliseconds


class Subject:
    def __init__(self, task: dict, files: dict[str, bytes]):
        self._front_end = task["frontEnd"]
        self._samples = np.frombuffer(files["samples"], "<i2").astype(np.float32) / 32768
        self._extract()

    def _extract(self) -> None:
        shape = self._front_end
        self._mfcc = librosa.feature.mfcc(
            y=self._samples,
            sr=shape["sampleRate"],
            n_mfcc=shape["coefficients"],
            n_fft=shape["frameSamples"],
            hop_length=shape["hopSamples"],
            center=False,
            n_mels=shape["melBands"],
            fmin=shape["melLowHz"],
            fmax=shape["melHighHz"],
            htk=True,
        )

    def answer(self) -> dict:
        coefficients, frames = self._mfcc.shape
        finite = bool(np.isfinite(self._mfcc).all())
        return {"frames": frames, "coefficients": coefficients, "finite": finite, "versions": {"librosa": librosa.__version__}}

    def run(self) -> dict:
        return {"frontend": milliseconds(self._extract)}
