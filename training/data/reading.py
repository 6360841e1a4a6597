"""Reads the dataset that the options name."""

from collections.abc import Sequence
from pathlib import Path

from . import licences
from .corpora import read_corpora
from .dataset import ALL_TYPES, CORPORA, EMO_DB, Dataset, dataset_name, read_emodb, read_folders


def read_dataset(name: str, data: Path | Sequence[Path], audio_type: str = ALL_TYPES, admitted: str = licences.ANY) -> Dataset:
    """`name` is EMO-DB, folders (see read_folders), or corpora, for which `data` may be several files and folders. Raises ValueError in one sentence, or
    in one line for each file, when the contents are others."""
    kind, paths = dataset_name(name), [data] if isinstance(data, Path) else list(data)
    if kind == CORPORA:
        return read_corpora(paths, admitted)
    if len(paths) != 1:
        raise ValueError(f"{kind} is one folder, but --data names {len(paths)}; only corpora may have several")
    if admitted != licences.ANY:
        raise ValueError(f"{kind} states no licences, so --licences {admitted} cannot be checked; leave it out, or use -dn corpora")
    if kind == EMO_DB:
        if audio_type != ALL_TYPES:
            raise ValueError(f"EMO-DB has no audio types, so there is no {audio_type!r}; leave --audio_type out")
        return read_emodb(paths[0])
    return read_folders(paths[0], audio_type)
