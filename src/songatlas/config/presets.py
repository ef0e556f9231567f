"""Recipes: what differs from the default settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "original": {
        "audio": {"duration": 30.0},
        "input": {
            "kind": "opening",
            "rhythm": False,
            "percussion": False,
            "harmony": False,
            "embedding": "none",
        },
        "text": {
            "strip_headers": False,
            "tokens": "scikit-learn",
            "stop_words": "english",
            "max_features": 500,
            "max_df": 1.0,
            "sublinear_tf": False,
            "whiten": True,
            "n_pieces": 1,
        },
        "model": {
            "name": "original_vae",
            "modalities": ("audio", "text"),
            "dropout": 0.1,
            "modality_dropout": 0.0,
        },
        "training": {
            "epochs": 100,
            "steps_per_epoch": 0,
            "learning_rate": 5e-4,
            "weight_decay": 0.0,
            "beta_warmup_epochs": 50,
            "averaging": 0.0,
            "validation_fraction": 0.0,
            "patience": 0,
            "plateau_patience": 10,
        },
        "clustering": {
            "k_min": 3,
            "k_max": 11,
            "choice": "silhouette",
            "space": "mean",
            "dbscan_eps": 1.5,
        },
    },
}
