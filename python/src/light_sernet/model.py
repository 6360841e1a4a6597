"""Which model: a packaged one, or the folder or module that a person names."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import tables
from .errors import RecognizerError, bad_argument, damaged
from .instance import Instance, Module


@dataclass(frozen=True)
class ModelInfo:
    """The model in a module, as the module describes it."""

    id: str
    """Its name and version."""
    sha256: str
    """SHA-256 of the quantized weights, hexadecimal."""
    classes: tuple[str, ...]
    """In the order of the logits."""
    accept_threshold: float
    """float32, 0 to 1: an answer whose largest probability is below it is not accepted."""
    adapts: bool
    """Whether it can get to know a speaker: `Recognizer.adaptation`."""
    dimensions: tuple[str, ...]
    """Which of activation and valence its results have."""
    least_speech_frames: int | None
    """An answer to fewer frames with speech is not accepted; None if the model has no such rule."""
    has_voice: bool
    """Whether its results say how surely somebody speaks; an answer to less than 0.5 is not accepted."""
    has_stream: bool
    """Whether it takes sound without end: `Recognizer.stream()`."""
    sample_rate: int
    """Hz of the samples that the network receives."""
    window_samples: int
    """Samples of one window at that rate."""
    license: str | None
    """Of the weights, in words; None if no manifest says it."""


def info(instance: Instance, license: str | None = None) -> ModelInfo:
    """What a module says of its model; raises RecognizerError if that is impossible."""
    features = instance.module.features
    count, threshold = instance.call("classCount"), instance.number("acceptThreshold")
    if not (1 <= count <= tables.LIMITS["classes"] and 0 <= threshold <= 1 and instance.call("sampleRate") > 0):
        raise damaged("it describes an impossible model", instance.module.name)
    classes = tuple(instance.text(instance.call("classNameAddress", index), tables.LIMITS["classBytes"]) for index in range(count))
    sha256 = instance.text(instance.call("modelHashAddress"), 64)
    name = instance.text(instance.call("modelIdAddress"), tables.LIMITS["idBytes"])
    if not re.fullmatch("[0-9a-f]{64}", sha256) or len(set(classes)) < count or not all(text.isprintable() and text for text in (name, *classes)):
        raise damaged("its names are not valid", instance.module.name)
    return ModelInfo(
        id=name,
        sha256=sha256,
        classes=classes,
        accept_threshold=threshold,
        adapts="adaptation" in features,
        dimensions=tuple(dimension for dimension in tables.DIMENSIONS if dimension in features),
        least_speech_frames=instance.call("leastSpeechFrames") if "speech" in features else None,
        has_voice="voice" in features,
        has_stream="stream" in features,
        sample_rate=instance.call("sampleRate"),
        window_samples=instance.call("windowSamples"),
        license=license,
    )


def load(model: str | os.PathLike[str], build: str) -> tuple[Module, ModelInfo]:
    """Of a packaged model by its name, of the folder of a built model, or of a module's file."""
    if build != "auto" and build not in tables.BUILDS:
        raise bad_argument("build", f"auto, {' or '.join(tables.BUILDS)}", build)
    if not isinstance(model, (str, os.PathLike)):
        raise bad_argument("model", f"{' or '.join(tables.PACKAGED_MODELS)}, or the path of a built model", model)
    if model in tables.OTHER_MODELS:
        raise RecognizerError("NO_MODEL", tables.OTHER_MODELS[str(model)])
    path = tables.DATA / model if model in tables.PACKAGED_MODELS else Path(model)
    if path.suffix == ".wasm":
        module = Module(read(path), str(path))
        return module, info(Instance(module))
    manifest = read_manifest(path)
    module = load_build(path, build)
    license = manifest.get("license")
    model_info = info(Instance(module), license if isinstance(license, str) else None)
    check_same_model(path, manifest, model_info)
    return module, model_info


def load_build(folder: Path, build: str) -> Module:
    """The build of a folder; `auto`: the first that is there and that wasmtime runs on this processor."""
    wanted = list(tables.BUILDS) if build == "auto" else [build]
    there = [name for name in wanted if (folder / tables.BUILDS[name]).exists()] or wanted[-1:]
    for name in there:
        path = folder / tables.BUILDS[name]
        try:
            return Module(read(path), str(path))
        except RecognizerError as error:
            if error.status != "BAD_MODULE" or name == there[-1]:
                raise
    raise AssertionError("there is always one")


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RecognizerError("NO_MODEL", f'{path} is missing; build the model again with "light-sernet build"') from None
    except OSError as error:
        raise RecognizerError("NO_MODEL", f"{path} cannot be read ({error.strerror}); check its permissions") from None


def read_manifest(folder: Path) -> dict[str, object]:
    path = folder / "model.json"
    if not path.exists():
        names = " and ".join(f'"{name}"' for name in tables.PACKAGED_MODELS)
        message = f'{folder} has no built model (no model.json); use a folder that "light-sernet build SOURCE --out DIR" has written, or {names}, which are in this package'
        raise RecognizerError("NO_MODEL", message)
    try:
        manifest = json.loads(read(path))
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise RecognizerError("NO_MODEL", f"{path} is not a model's manifest (JSON); build the model again")
    return manifest


def check_same_model(folder: Path, manifest: dict[str, object], model: ModelInfo) -> None:
    """The hash covers the weights only."""
    same_weights = manifest.get("sha256") == model.sha256
    thresholds = (manifest.get("acceptThreshold"), manifest.get("leastSpeechFrames"))
    if same_weights and thresholds == (model.accept_threshold, model.least_speech_frames):
        return
    what = "acceptance thresholds" if same_weights else "hashes"
    raise RecognizerError("NO_MODEL", f"{folder} mixes two models: model.json and its module ({model.id}) have different {what}; build the model again")
