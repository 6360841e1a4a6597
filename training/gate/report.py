"""Writes the tables of docs/voice-gate.md from bench/results/gate.json: python -m training.gate.report"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results" / "gate.json"
PAGE = ROOT / "docs" / "voice-gate.md"
NAMES = {"gate": "ours", "silero": "silero-vad", "webrtc": "WebRTC"}
NOISES = {"picovoice_kitchen": "kitchen", "factory1": "factory", "volvo": "car", "babble": "babble", "background": "backgrounds (some have voices)"}


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def area_table(results: dict) -> str:
    head = ["area under the curve", *(f"{NAMES[name]}, {snr} dB" for snr in ("0", "5", "10", "20") for name in NAMES)]
    rows = []
    for noise, by_snr in results["byNoise"].items():
        rows.append([NOISES.get(noise, noise), *(f"{by_snr[snr]['area'][name]:.3f}" for snr in by_snr for name in NAMES)])
    return table(head, rows)


def speech_table(results: dict) -> str:
    head = ["of 100 frames", *(f"{NAMES[name]}: speech missed" for name in NAMES), *(f"{NAMES[name]}: pauses heard as speech" for name in NAMES)]
    return table(head, [[name, *(f"{100 * row[kind][who]:.1f}" for kind in ("missed", "pausesOpen") for who in NAMES)] for name, row in kinds_at_10dB(results).items()])


def kinds_at_10dB(results: dict) -> dict[str, dict]:
    kinds = {f"{NOISES.get(noise, noise)}, 10 dB": by_snr["10"] for noise, by_snr in results["byNoise"].items()}
    return kinds | {f"{corpus}, 10 dB": row for corpus, row in results["byCorpusAt10dB"].items()} | {"clean": results["clean"]}


def openings_table(results: dict) -> str:
    head = ["frames from the beginning of speech to the answer", *(f"{name}: median" for name in NAMES.values()), *(f"{name}: 90th percentile" for name in NAMES.values()), *(f"{name}: open before, %" for name in NAMES.values())]

    def shown(waits: dict, figure: str) -> str:
        return f"{100 * waits[figure]:.0f}" if figure == "openBefore" else "more than 63" if waits[figure] is None else str(waits[figure])

    return table(head, [[name, *(shown(row["framesToOpening"][who], figure) for figure in ("median", "90", "openBefore") for who in NAMES)] for name, row in kinds_at_10dB(results).items()])


def starts_table(results: dict) -> str:
    head = ["false starts a minute", "minutes", *NAMES.values(), *(f"{name}: heard as speech, of 100 frames" for name in NAMES.values())]
    rows = [
        [kind, f"{row['minutes']:.1f}", *(f"{row[name]:.2f}" for name in NAMES), *(f"{100 * row['open'][name]:.1f}" if "open" in row else "" for name in NAMES)]
        for kind, row in results["falseStartsAMinute"].items()
    ]
    in_all = results["falseStartsAMinuteInAll"]
    return table(head, [*rows, ["all of them", f"{sum(r['minutes'] for k, r in results['falseStartsAMinute'].items() if 'without' not in k):.1f}", *(f"{in_all[name]:.2f}" for name in NAMES), "", "", ""]])


def with_tables(page: str, results: dict) -> str:
    """The page with the tables that the results have."""
    for name, made in (("area", area_table), ("speech", speech_table), ("openings", openings_table), ("starts", starts_table)):
        page = re.sub(rf"(<!-- {name} -->\n\n).*?(\n\n<!-- end -->)", lambda found, made=made: found[1] + made(results) + found[2], page, flags=re.S)
    return page


def main() -> None:
    PAGE.write_text(with_tables(PAGE.read_text(), json.loads(RESULTS.read_text())))


if __name__ == "__main__":
    main()
