"""Numbers as a report prints them."""

from __future__ import annotations

import math
import re

_SIGN = re.compile(r"(?<![\w.])-(?=\d)")
_ZERO = re.compile(
    r"(?<![\w.])-(0(?:\.0+)?)(?![.,]?\d|e)"
)  # what rounding leaves of a negative one


def number(value: float | str | None) -> str:
    """Four significant digits at most; a dash for what is not defined.

    Examples
    --------
    >>> number("0.123456"), number(12067.75), number(None), number(""), number(0.00002)
    ('0.123', '12068', '–', '–', '2.0e-05')
    >>> number(-0.5)
    '−0.500'
    """
    if value is None or value == "" or math.isnan(float(value)):
        return "–"
    value = float(value)
    size = abs(value)
    if size >= 1000:
        return minus(f"{value:.0f}")
    if size >= 10:
        return minus(f"{value:.1f}")
    if size >= 0.001 or size < 1e-9:  # rounding of sums is no number
        return minus(f"{abs(value) if size < 1e-9 else value:.3f}")
    return minus(f"{value:.1e}")


def minus(text: str) -> str:
    """`text` with the sign of print before its negative numbers, as elsewhere in the report.

    Examples
    --------
    >>> minus("z -1.5 (chance -0.061 to 2.0e-05), half-samples")
    'z −1.5 (chance −0.061 to 2.0e-05), half-samples'
    >>> minus("ARI -0.00, z -0.0.")
    'ARI 0.00, z 0.0.'
    """
    return _SIGN.sub("−", _ZERO.sub(r"\1", text))


def percent(share: float) -> str:
    """A share in whole per cent; all alone are 100 %, and none alone 0 %.

    Examples
    --------
    >>> [percent(share) for share in (1.0, 257 / 258, 0.434, 1 / 258, 0.0)]
    ['100 %', 'over 99 %', '43 %', 'under 1 %', '0 %']
    """
    whole = f"{100 * share:.0f}"
    if whole == "100" and share < 1:
        return "over 99 %"
    return "under 1 %" if whole == "0" and share > 0 else f"{whole} %"
