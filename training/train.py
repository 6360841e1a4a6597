"""Trains Light-SERNet on EMO-DB. The weights after the last epoch are the result: nothing is selected."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np

from augment import augment
from dataset import CLASSES, DEFAULT_RECORDINGS, labels_of, read_recordings
from features import CACHE, DEFAULT_MODULE, FrontEnd, load_features
from metrics import Scores, score
from model import light_sernet

PEAK_RATE = 2e-3
WARM_UP_EPOCHS = 3
BATCH = 32
LABEL_SMOOTHING = 0.1
WEIGHT_DECAY = 0.05  # decoupled; of the kernels only


def main() -> None:
    options = parse_options()
    folder = CACHE / (options.run or ("all" if options.hold_out is None else f"without-{options.hold_out}"))
    recordings = read_recordings(options.data)
    if options.hold_out is not None and options.hold_out not in {recording.speaker for recording in recordings}:
        speakers = ", ".join(sorted({recording.speaker for recording in recordings}))
        raise SystemExit(f"train.py: there is no speaker {options.hold_out}; the speakers are {speakers}")
    claim(folder, {"epochs": options.epochs, "seed": options.seed, "hold_out": options.hold_out, "recordings": len(recordings)})

    features = load_features(recordings, options.module)
    labels = labels_of(recordings)
    held_out = np.array([recording.speaker == options.hold_out for recording in recordings])

    silence = FrontEnd(options.module).silent_frame()
    train(features[~held_out], labels[~held_out], silence, options.epochs, options.seed, folder)

    model = trained_model(folder)
    result = {"train": evaluate(model, features[~held_out], labels[~held_out], "the training data itself")}
    if held_out.any():
        result["held_out"] = evaluate(model, features[held_out], labels[held_out], f"speaker {options.hold_out}, held out")
    (folder / "result.json").write_text(json.dumps({name: scores.as_json() for name, scores in result.items()}) + "\n")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="A run that was killed goes on after its last complete epoch when the same command is given again."
    )
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_RECORDINGS, metavar="DIR", help="EMO-DB's WAV files (default: ../shared/emodb/wav)"
    )
    parser.add_argument(
        "--module",
        type=Path,
        default=DEFAULT_MODULE,
        metavar="FILE",
        help="the module whose front end is used (default: build/light-sernet.wasm)",
    )
    parser.add_argument(
        "--hold-out",
        metavar="SPEAKER",
        help="two digits, such as 03: train without this speaker, and evaluate on this speaker once, after the last epoch",
    )
    parser.add_argument("--epochs", type=int, default=60, help="passes over the data (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="of first weights, order, augmentation and dropout (default: %(default)s)"
    )
    parser.add_argument(
        "--run", metavar="NAME", help="folder in training/runs for state and result (default: all, or without-SPEAKER)"
    )
    return parser.parse_args()


def claim(folder: Path, settings: dict) -> None:
    """Makes the run's folder; a run with other settings that lies there is not touched."""
    path = folder / "settings.json"
    if path.exists() and json.loads(path.read_text()) != settings:
        raise SystemExit(f"train.py: {folder} holds a run with other settings; remove it, or name another folder with --run")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings) + "\n")


def train(features: np.ndarray, labels: np.ndarray, silence: np.ndarray, epochs: int, seed: int, folder: Path) -> None:
    """Trains to the last epoch, from where the folder's state stands."""
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = light_sernet(len(CLASSES))
    steps = -(-len(features) // BATCH)
    optimizer = make_optimizer(steps, epochs)
    # XLA is several times slower than TensorFlow's own kernels on a CPU.
    model.compile(optimizer, keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING), jit_compile=False)
    optimizer.build(model.trainable_variables)

    state = folder / "state.weights.h5"
    if state.exists():
        model.load_weights(state)
    first = int(optimizer.iterations) // steps
    begin = time.monotonic()
    for epoch in range(first, epochs):
        # Every epoch draws its own numbers, so that a resumed run sees the same batches.
        rng = np.random.default_rng([seed, epoch])
        model.get_layer("dropout").seed_generator.state.assign([seed, epoch])
        model.reset_metrics()
        for batch in batches(features, labels, silence, rng):
            loss = model.train_on_batch(*batch)  # the mean of the epoch so far
        save_state(model, state)
        report_progress(epoch + 1, epochs, float(loss), time.monotonic() - begin, epoch + 1 - first)


def make_optimizer(steps: int, epochs: int) -> keras.optimizers.Optimizer:
    """AdamW; the rate rises for WARM_UP_EPOCHS, then falls to 0 along a cosine."""
    warm_up = min(WARM_UP_EPOCHS, epochs - 1) * steps
    rate = keras.optimizers.schedules.CosineDecay(0.0, epochs * steps - warm_up, warmup_target=PEAK_RATE, warmup_steps=warm_up)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def batches(
    features: np.ndarray, labels: np.ndarray, silence: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One epoch in random order, augmented: float32 [batch, frames, coefficients, 1] and targets float32 [batch, classes]."""
    targets = np.eye(len(CLASSES), dtype=np.float32)[labels]
    order = rng.permutation(len(features))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        mfcc, target = augment(features[chosen], targets[chosen], silence, rng)
        yield mfcc[..., np.newaxis], target


def save_state(model: keras.Model, path: Path) -> None:
    """Weights and optimizer; the old state stays until the new one is whole."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    model.save_weights(unfinished)
    unfinished.replace(path)


def report_progress(done: int, epochs: int, loss: float, seconds: float, done_now: int) -> None:
    left = seconds / done_now * (epochs - done)
    print(f"epoch {done}/{epochs}  loss {loss:.3f}  {clock(seconds)} elapsed, {clock(left)} left", flush=True)


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def trained_model(folder: Path) -> keras.Model:
    """The network with the weights of the folder's run, computing in float32."""
    keras.config.set_dtype_policy("float32")
    model = light_sernet(len(CLASSES))
    model.load_weights(folder / "state.weights.h5")
    return model


def evaluate(model: keras.Model, features: np.ndarray, labels: np.ndarray, what: str) -> Scores:
    scores = score(labels, model.predict(features[..., np.newaxis], batch_size=BATCH, verbose=0))
    print(f"{what}: {scores}")
    return scores


if __name__ == "__main__":
    main()
