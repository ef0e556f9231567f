"""Four styles, one file each: what is played in them and on what.

A new style is one file with a ``STYLE`` and one row here (and its words and artists).
"""

from songatlas.synthesis.styles import ballad, folk, rock, techno
from songatlas.synthesis.styles.style import Style

STYLES: dict[str, Style] = {
    "Ballad": ballad.STYLE,
    "Techno": techno.STYLE,
    "Rock": rock.STYLE,
    "Folk": folk.STYLE,
}

__all__ = ["STYLES", "Style"]
