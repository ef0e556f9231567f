"""Recipes: what differs from the default settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from songatlas.toml import read_toml

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "original": read_toml("config/original.toml"),
}
