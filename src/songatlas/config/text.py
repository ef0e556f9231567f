"""Settings as plain values, as TOML and as a hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import typing
from typing import Any

from songatlas.config.stages import Config

_BEYOND_ASCII = re.compile(r"[^\x20-\x7e]")


def to_dict(config: Any) -> dict[str, Any]:
    """Nested plain dictionary of `config` or of one of its stages, ready for JSON."""
    return typing.cast(dict[str, Any], json.loads(json.dumps(dataclasses.asdict(config))))


def to_toml(config: Config) -> str:
    """`config` as TOML in ASCII that :func:`load_config` reads back to an equal value.

    Only bytes of a file name that are no text have no form in TOML.

    Examples
    --------
    >>> print(to_toml(Config()).splitlines()[0])
    preset = "default"
    """
    top, tables = [], []
    for key, value in to_dict(config).items():
        if isinstance(value, dict):
            lines = [f"{name} = {_value(item)}" for name, item in value.items()]
            tables.append("\n".join([f"[{key}]", *lines]))
        else:
            top.append(f"{key} = {_value(value)}")
    return "\n\n".join(["\n".join(top), *tables]) + "\n"


def _value(value: Any) -> str:
    r"""A value as TOML, which has no pairs of surrogates as JSON has, and escapes DEL.

    Examples
    --------
    >>> print(_value(["naïve 🎵", 'a "b"']), _value(True))
    ["na\u00EFve \U0001F3B5", "a \"b\""] true
    """
    written = json.dumps(value, ensure_ascii=False)
    return _BEYOND_ASCII.sub(_escaped, written)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


# Settings that came later than the first caches: at these values they change no hash.
_LATE = {"excerpt": ""}


def config_hash(*sections: Any) -> str:
    """16 hexadecimal digits that change when any setting of the given stages changes."""
    text = json.dumps([_without_late_defaults(section) for section in sections], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _without_late_defaults(section: Any) -> dict[str, Any]:
    table = to_dict(section)
    return {key: value for key, value in table.items() if key not in _LATE or value != _LATE[key]}
