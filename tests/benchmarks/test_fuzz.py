"""Damaged files go through the pool, each is accounted for, and the page counts them."""

import sys
from pathlib import Path

import pytest

from benchmarks.fuzz import __main__ as fuzz
from songatlas.extraction import pool


def test_a_few_damaged_files_have_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "fuzz.md"
    monkeypatch.setattr(pool, "Child", pool.Child)  # which the benchmark watches
    monkeypatch.setattr(sys, "argv", ["fuzz", "--n", "3", "--out", f"{page}"])
    fuzz.main()
    assert "Accounted for: 3 of 3." in page.read_text(encoding="utf-8")
