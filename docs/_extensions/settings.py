"""``settings``: the settings of a stage, with their values in every preset and their limits.

Names, values and limits come from :mod:`songatlas.config`; the body of the directive says what each
means, one ``name: meaning`` a line, and must name exactly the settings that there are.
"""

import dataclasses
import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from tables import code, plain, table

from songatlas.config import PRESETS, load_config
from songatlas.config.limits import LIMITS
from songatlas.stages.choices import CHOICES

UNLIMITED = 10**9


class Settings(SphinxDirective):
    """A table of the stage that the argument names; ``top`` is what stands in no table."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        stage = self.arguments[0]
        meanings = dict(line.split(": ", 1) for line in self.content if line)
        names = setting_names(stage)
        if set(meanings) != set(names):
            raise self.error(
                f"The settings of {stage!r} are {', '.join(names)}. Got the meanings of "
                f"{', '.join(meanings)}."
            )
        header = ("Setting", *(f"In {preset}" for preset in PRESETS), "Range", "Meaning")
        rows = [
            (
                code(name),
                *(code(json.dumps(value(preset, stage, name))) for preset in PRESETS),
                plain(limits(stage, name)),
                plain(meanings[name]),
            )
            for name in names
        ]
        return [table(header, rows, widths=(20, 15, 15, 18, 32))]


def setting_names(stage: str) -> list[str]:
    """Names of the settings of `stage`."""
    config = load_config()
    section = config if stage == "top" else getattr(config, stage)
    fields = dataclasses.fields(section)
    return [f.name for f in fields if not dataclasses.is_dataclass(getattr(section, f.name))]


def value(preset: str, stage: str, name: str) -> Any:
    """Value of a setting in a preset."""
    config = load_config(preset=preset)
    return getattr(config if stage == "top" else getattr(config, stage), name)


def limits(stage: str, name: str) -> str:
    """What the setting may be."""
    key = name if stage == "top" else f"{stage}.{name}"
    if key == "preset":
        return " or ".join(PRESETS)
    if key in CHOICES:
        return " or ".join(CHOICES[key])
    if key not in LIMITS:
        return "true or false" if isinstance(value("default", stage, name), bool) else ""
    low, high = LIMITS[key]
    return f"at least {_text(low)}" if high == UNLIMITED else f"{_text(low)} to {_text(high)}"


def _text(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("settings", Settings)
    return {"parallel_read_safe": True}
