"""Help comes without the tables, so that the choices which it shows are written out in it."""

from collections.abc import Collection

from commands import commands

from songatlas.atlas.search import WAYS
from songatlas.config import PRESETS
from songatlas.config.views import VIEWS
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.listening.formats import FORMATS
from songatlas.players.address import SCHEMES
from songatlas.players.subsonic import AUTHENTICATIONS
from songatlas.types.flaws import FLAWS


def test_options_show_the_choices_that_there_are() -> None:
    choices: dict[str, Collection[str]] = {
        "--preset": PRESETS,
        "--view": VIEWS,
        "--text-encoder": TEXT_ENCODERS,
        "--by": WAYS,
        "--auth": AUTHENTICATIONS,
    }
    shown = set()
    for name, command in commands():
        for parameter in command.params:
            if option := next((it for it in parameter.opts if it in choices), None):
                assert parameter.metavar.split("|") == [*choices[option]], f"{option} of {name}"
            elif "--format" in parameter.opts:
                more = {"both"} if name == "songatlas playlists" else {"table", "json"}
                assert {*parameter.metavar.split("|")} == {*FORMATS} | more, name
            elif "--to" in parameter.opts:
                said = parameter.help.replace("(s)", "")
                assert all(f"{scheme.removesuffix('s')}://" in said for scheme in SCHEMES)
            elif name == "songatlas run" and "--condition" in parameter.opts:
                assert all(flaw in parameter.help for flaw in FLAWS)
            shown |= {*parameter.opts}
    assert {*choices, "--format", "--to", "--condition"} <= shown
