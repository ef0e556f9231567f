"""Four styles: what is played in them and on what, one file each, and their ranges in a table.

A new style is one file with a ``play``, one row here and one in ``styles.toml`` (and its words and
artists).
"""

from songatlas.synthesis.styles import ballad, folk, rock, techno
from songatlas.synthesis.styles.style import Style
from songatlas.toml import read_toml

_PLAYERS = {"Ballad": ballad.play, "Techno": techno.play, "Rock": rock.play, "Folk": folk.play}
_RANGES = read_toml("synthesis/styles/styles.toml")
STYLES = {style: Style(**_RANGES[style], play=play) for style, play in _PLAYERS.items()}

__all__ = ["STYLES", "Style"]
