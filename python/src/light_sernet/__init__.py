"""Speech emotion recognition: Light-SERNet in one WebAssembly module, run by wasmtime. The same bits as in Node, in a browser and on a microcontroller.

    from light_sernet import Recognizer

    recognizer = Recognizer()
    print(recognizer.classify_file("speech.wav").label)
"""

from .errors import RecognizerError
from .model import ModelInfo
from .recognizer import Recognizer
from .result import InputFigures, Recognition, Segment, Timing
from .stream import Meter, SpeechChange, Stream, StreamAnswer

__all__ = ["InputFigures", "Meter", "ModelInfo", "Recognition", "Recognizer", "RecognizerError", "Segment", "SpeechChange", "Stream", "StreamAnswer", "Timing"]
