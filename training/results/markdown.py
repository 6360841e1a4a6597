"""Cells and tables in Markdown."""


def table(header: list[str], rows: list[list[str]]) -> str:
    """The first column is text, the others are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def optional(share: float | None) -> str:
    """Empty where it was not measured."""
    return "" if share is None else percent(share)


def with_interval(share: float, interval: tuple[float, float]) -> str:
    return f"{percent(share)} ({percent(interval[0])} to {percent(interval[1])})"
