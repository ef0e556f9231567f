"""UTF-8 for the names of files, arguments and output, whatever the locale says.

Under a locale without UTF-8 Python cannot name a file ``schön.m3u8``, and reads an ``ö`` that it is
given as two foreign letters. The bytes on the disk do not depend on the locale, and our files must
not either; newer Pythons (3.15) behave so by themselves.
"""

from __future__ import annotations

import os
import sys

_UTF8_MODE = "PYTHONUTF8"


def restart_in_utf8() -> None:
    """Replace this process with itself in Python's UTF-8 mode, unless it is UTF-8 already.

    To be called before anything else is done: what the process did so far is done again. Processes
    that it starts inherit the mode.
    """
    tried = os.environ.get(_UTF8_MODE) == "1"  # and did not help, as under 'python -I'
    if sys.getfilesystemencoding() == "utf-8" or tried or not sys.executable:
        return
    os.environ[_UTF8_MODE] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
