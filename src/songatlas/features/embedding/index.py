"""Where pip would look for a wheel, and through what: its settings, read as pip reads them."""

from __future__ import annotations

import configparser
import contextlib
import html
import os
import re
import ssl
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urljoin, urlsplit

from songatlas.errors import ModelError

_PYPI = "https://pypi.org/simple"
_SECTIONS = ("global", "install", "download")  # of pip.conf, the later ones win
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_LINK = re.compile(r"""href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
TIMEOUT = 20.0  # seconds without a byte


def pip_settings(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Settings of pip by their names, such as ``index-url``: its files, then its variables.

    Raises
    ------
    ModelError
        When a file that pip would read cannot be read as settings.

    Examples
    --------
    >>> pip_settings({"PIP_INDEX_URL": "https://mirror/simple", "PIP_CONFIG_FILE": os.devnull})
    {'index-url': 'https://mirror/simple', 'config-file': '/dev/null'}
    """
    parser = configparser.RawConfigParser(strict=False)
    if environment.get("PIP_CONFIG_FILE") != os.devnull:
        for file in _files(environment):
            _read_into(parser, file)
    found = {key: text for part in _SECTIONS if part in parser for key, text in parser.items(part)}
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            found[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return found


def _read_into(parser: configparser.RawConfigParser, file: Path) -> None:
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise ModelError(
            f"{file} cannot be read as settings of pip: {why}. Mend it, or set "
            f"PIP_CONFIG_FILE={os.devnull} to do without."
        ) from error


def _files(environment: Mapping[str, str]) -> list[Path]:
    """Files of settings, of the machine, of the user, of the environment; most are not there."""
    import platformdirs

    name = "pip.ini" if os.name == "nt" else "pip.conf"
    shared = platformdirs.site_config_dir("pip", appauthor=False, multipath=True)
    files = [Path(folder) / name for folder in shared.split(os.pathsep)]
    files += [Path("/etc") / name, Path.home() / ".pip" / name]
    files += [Path(platformdirs.user_config_dir("pip", appauthor=False)) / name]
    files += [Path.home() / ".config" / "pip" / name, Path(sys.prefix) / name]
    return [*files, *map(Path, filter(None, [environment.get("PIP_CONFIG_FILE")]))]


def open_network(settings: Mapping[str, str]) -> urllib.request.OpenerDirector:
    """What opens addresses: with pip's proxy and certificates, else with those of the environment.

    Raises
    ------
    OSError
        When the file of certificates cannot be read.
    """
    given = [settings.get("cert"), *(os.environ.get(name) for name in _CERTIFICATES)]
    bundle = next(filter(None, given), None)
    is_folder = bundle is not None and Path(bundle).is_dir()
    try:
        context = ssl.create_default_context(
            cafile=None if is_folder else bundle, capath=bundle if is_folder else None
        )
    except OSError as error:  # which does not say of what file
        raise OSError(f"the certificates in {bundle}: {error.strerror or error}") from error
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if proxy := settings.get("proxy"):
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    return urllib.request.build_opener(*handlers)


def addresses(
    project: str,
    file: str,
    settings: Mapping[str, str],
    network: urllib.request.OpenerDirector,
    troubles: list[Exception],
) -> Iterator[str]:
    """Addresses of `file` in the folders and indexes that pip is set to, one after the other.

    Parameters
    ----------
    troubles
        Takes what went wrong with an index; the next may have the file.
    """
    for folder in settings.get("find-links", "").split():
        if (path := Path(folder.removeprefix("file://")) / file).is_file():
            yield path.absolute().as_uri()
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        return
    indexes = [settings.get("index-url", _PYPI), *settings.get("extra-index-url", "").split()]
    for index in indexes:
        page = f"{index.rstrip('/')}/{project}/{'index.html' if index.startswith('file:') else ''}"
        try:
            if "@" in urlsplit(page).netloc:
                raise PermissionError("an index of pip's wants a password")
            asked = urllib.request.Request(page, headers={"Accept": "text/html"})
            with network.open(asked, timeout=TIMEOUT) as answer:
                text, base = answer.read().decode("utf-8", "replace"), answer.geturl()
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()  # it is an answer, too
            troubles.append(error)
            continue
        except ValueError as error:
            troubles.append(ValueError(f"an index of pip's is no address: {error}"))
            continue
        for link in _LINK.findall(text):
            if address := _address_of(file, base, html.unescape(link)):
                yield address
                break


def _address_of(file: str, base: str, link: str) -> str:
    """The address that a link of the page at `base` has, if it is that of `file`; else nothing.

    Examples
    --------
    >>> _address_of("a.whl", "https://mirror/simple/a/", "../../files/a.whl#sha256=1")
    'https://mirror/files/a.whl'
    >>> _address_of("a.whl", "https://mirror/simple/a/", "https://[mirror/a.whl")
    ''
    """
    with contextlib.suppress(ValueError):  # it is no address
        address = urljoin(base, link).partition("#")[0]
        if unquote(urlsplit(address).path).rpartition("/")[2] == file:
            return address
    return ""
