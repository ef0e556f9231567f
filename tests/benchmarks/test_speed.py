"""What ``python -m benchmarks.speed`` says."""

from benchmarks.speed.page import page

FACTS = {"now": "b", "before": "a", "cores": 2, "python": "3.11"}


def row(job: str, target: float | None, ratios: list[float]) -> dict[str, object]:
    return {"job": job, "target": target, "before": 60.0, "now": 21.0, "ratios": ratios}


def test_a_ratio_is_the_median_of_the_pairs_and_judged_against_the_target() -> None:
    rows = [
        row("demo", 0.4, [0.39, 0.35, 0.9]),
        row("songs, training", 0.45, [0.5, 0.44, 0.6]),
        row("another", None, [0.1]),
    ]
    lines = page(FACTS, rows).splitlines()[-3:]
    assert lines == [
        "| `songatlas demo`, whole | 60.0 | 21.0 | 0.39 (0.35-0.90) | 0.40 | reached |",
        "| the same, CPU of training the main model | 60.0 | 21.0 | 0.50 (0.44-0.60) | 0.45 "
        "| missed |",
        "| another | 60.0 | 21.0 | 0.10 (0.10-0.10) | – |  |",
    ]
