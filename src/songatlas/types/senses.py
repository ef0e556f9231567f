"""Modalities: what a model may observe of a track, and of which sense it is evidence.

A further modality made from frames is a name in :data:`FROM_FRAMES`; another one is a row of
:data:`SENSES`.
"""

from __future__ import annotations

from collections.abc import Mapping

# Modalities of the setting "audio"; as they are made from one source, they tell much the same.
FROM_FRAMES = ("audio", "percussion", "harmony")
SENSES: Mapping[str, str] = {
    **dict.fromkeys((*FROM_FRAMES, "embedding"), "sound"),
    "text": "lyrics",
}


def sense_of(modality: str) -> str:
    """Sense of a modality; one that is in no table is a sense of its own.

    Examples
    --------
    >>> sense_of("harmony"), sense_of("text"), sense_of("smell")
    ('sound', 'lyrics', 'smell')
    """
    return SENSES.get(modality, modality)
