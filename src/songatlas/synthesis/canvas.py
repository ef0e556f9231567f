"""Where the sounds of one track come together: mixing, room, and the level of the finished file."""

from __future__ import annotations

import numpy as np

from songatlas.synthesis.sound import filtered
from songatlas.types import FloatArray

PEAK = 0.6  # of full scale, before encoding: lossy formats overshoot by up to 3 dB
ECHO_SECONDS = ((0.0297, 0.0371, 0.0437), (0.0307, 0.0359, 0.0449))


class Canvas:
    """An empty track that sounds are added to.

    Parameters
    ----------
    n_samples, sr
        Length in samples, and samples a second.
    n_channels
        1 or 2; on a mono canvas `pan` has no effect.

    Attributes
    ----------
    dry
        Shape (n_channels, n_samples): the sounds as they are.
    send
        Shape (n_samples,): how much of them goes into the room.

    Examples
    --------
    >>> canvas = Canvas(4, 2, 1)
    >>> canvas.add(np.ones(8), 1.0, gain=0.5)
    >>> canvas.dry.tolist()
    [[0.0, 0.0, 0.5, 0.5]]
    """

    def __init__(self, n_samples: int, sr: int, n_channels: int) -> None:
        self.sr = sr
        self.dry: FloatArray = np.zeros((n_channels, n_samples), dtype=np.float32)
        self.send: FloatArray = np.zeros(n_samples, dtype=np.float32)

    def add(
        self,
        sound: FloatArray,
        seconds: float,
        *,
        gain: float = 1.0,
        pan: float = 0.0,
        room: float = 0.0,
    ) -> None:
        """Add `sound` from `seconds` on; what lies outside the track is cut.

        Parameters
        ----------
        gain
            Factor.
        pan
            −1 left … 1 right, of equal power.
        room
            Share that is also sent to the room.
        """
        start = round(seconds * self.sr)
        if start < 0:
            sound, start = sound[-start:], 0
        n_samples = min(len(sound), len(self.send) - start)
        if n_samples <= 0:
            return
        part = sound[:n_samples] * np.float32(gain)
        stop = start + n_samples
        if len(self.dry) == 1:
            self.dry[0, start:stop] += part
        else:
            angle = (pan + 1) * np.pi / 4
            self.dry[0, start:stop] += part * np.float32(np.sqrt(2) * np.cos(angle))
            self.dry[1, start:stop] += part * np.float32(np.sqrt(2) * np.sin(angle))
        if room:
            self.send[start:stop] += part * np.float32(room)

    def with_room(self, size: float) -> FloatArray:
        """Shape (n_channels, n_samples): everything, with the echoes of a room of `size` in [0, 1].

        Feedback combs after Schroeder, "Natural sounding artificial reverberation", 1962.
        """
        muffled = filtered(self.send, self.sr, 2500.0 + 2500.0 * (1 - size), "lowpass")
        mix = self.dry.copy()
        for channel, delays in zip(mix, ECHO_SECONDS, strict=False):
            for delay in delays:
                channel += _comb(muffled, int(delay * (1 + size) * self.sr), 0.72 + 0.14 * size)
        return mix


def _comb(sound: FloatArray, delay: int, feedback: float) -> FloatArray:
    """y[t] = x[t − delay] + feedback · y[t − delay], a block of `delay` samples at a time."""
    n_blocks = -(-len(sound) // delay) + 1
    blocks = np.zeros((n_blocks, delay), dtype=np.float32)
    blocks.ravel()[delay : delay + len(sound)] = sound
    for i in range(1, n_blocks):
        blocks[i] += np.float32(feedback) * blocks[i - 1]
    return blocks.ravel()[: len(sound)] * np.float32(0.3)


def finished(
    mix: FloatArray,
    sr: int,
    rng: np.random.Generator,
    *,
    loudness: float,
    warmth: float,
    hiss: float,
    ceiling: float,
) -> FloatArray:
    """Bring a mix to its level as an old or a new recording would have it.

    Parameters
    ----------
    mix
        Shape (n_channels, n_samples).
    loudness
        RMS of the result in dB below full scale, such as −18.
    warmth
        Gain in dB of what lies below some 200 Hz.
    hiss
        Level of the tape noise in dB below full scale.
    ceiling
        Frequency in Hz above which the recording has little.

    Returns
    -------
    array
        Shape (n_channels, n_samples), float32, within ±`PEAK`, faded at both ends.
    """
    mix = mix + np.float32(10 ** (warmth / 20) - 1) * filtered(mix, sr, 200.0, "lowpass", order=1)
    if ceiling < 0.4 * sr:
        mix = filtered(mix, sr, ceiling, "lowpass")
    mix *= np.float32(10 ** (loudness / 20) / np.sqrt(np.mean(mix**2)))
    # uniform noise of deviation 1/√12 a unit: even in level, and cheap
    noise = rng.random(mix.shape, dtype=np.float32) - np.float32(0.5)
    mix += noise * np.float32(np.sqrt(12) * 10 ** (hiss / 20))
    mix = np.tanh(mix / np.float32(PEAK)) * np.float32(PEAK)
    n_fade = min(int(0.4 * sr), mix.shape[1])
    mix[:, -n_fade:] *= np.linspace(1, 0, n_fade, dtype=np.float32)
    n_rise = min(int(0.005 * sr), mix.shape[1])
    mix[:, :n_rise] *= np.linspace(0, 1, n_rise, dtype=np.float32)
    return mix
