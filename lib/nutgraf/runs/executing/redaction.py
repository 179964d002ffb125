"""No secret and no path of this machine in what a run keeps, prints or sends.

Secrets come from the environment alone. A kernel is started without them, so that a notebook which prints its environment, or fails with it
in its error, has none to tell. What is kept of a failed notebook, what goes into the ledger and what is printed is looked through
besides: the values of variables that hold secrets are hidden, a path in the desk is told from the desk, any other path by its last name.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from nutgraf.publish.leaks import MACHINE, looks_like_secret

if TYPE_CHECKING:
    from nutgraf.desk import Desk

HIDDEN = "[hidden]"
#: Shorter values are left alone: they are words and numbers that stand everywhere.
SHORTEST = 6
_NAME = re.compile(
    r"SECRET|PASSWORD|PASSWD|PASSPHRASE|(?:TOKEN|API_?KEY|CREDENTIALS?)(?:_|$)|(?:^|_)(?:KEY|KEYS|PASS|PWD|AUTH|DSN|PAT|COOKIE)(?:_|$)"
    r"|^NUTGRAF_ALERT_",
    re.IGNORECASE,
)
_NO_SECRETS = ("PWD", "OLDPWD")
#: Narrower, since notebooks that count words have parameters such as `token_min_length` and `key_terms`.
_PARAMETER = re.compile(
    r"secret|password|passwd|passphrase|credentials?$|token$|(?:api|access|private|auth|client)_?key$|^(?:pass|pwd|cookie|dsn)$", re.IGNORECASE
)
#: Kinds of addresses whose host is a server and not itself a secret.
_WITH_HOST = ("mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "http", "https", "smtp", "smtps")
_JSON_FILES, _UNTOUCHED = (".ipynb", ".json"), (".parquet",)
_AFTER_PATH = r"(?![\w-]|\.\w)"


def is_secret_name(name: str) -> bool:
    """Whether a variable is called as secrets are: ``X_TOKEN``, ``PGPASSWORD``, ``AWS_ACCESS_KEY_ID``; not ``N_TOKENS``."""
    return name not in _NO_SECRETS and _NAME.search(name) is not None


def is_secret(name: str, value: str) -> bool:
    """Whether a variable holds a secret, by its name or because its value looks like a key or an address with a password."""
    return is_secret_name(name) or looks_like_secret(value)


def refuse_secrets(parameters: Mapping[str, Any]) -> None:
    """Refuse parameters of an edition that look like secrets: they would be kept in the executed notebook and shown with its code.

    Raises:
        ValueError: With the parameter's name, never its value.
    """
    for name, value in parameters.items():
        texts = [str(item) for item in (value if isinstance(value, list) else [value])]
        if _PARAMETER.search(name) or any(looks_like_secret(text) for text in texts):
            raise ValueError(
                f"{name!r} looks like a secret, and parameters are kept and shown: take it out of the file, and change it where it is valid; "
                "secrets belong into the environment of what fetches the articles, and notebooks get none"
            )


def clean_environment(environ: Mapping[str, str], addresses: Iterable[str] = ()) -> dict[str, str]:
    """An environment without secrets, for a kernel.

    Args:
        environ: Variables by name.
        addresses: Names of variables that hold addresses of alerts.
    """
    taken = set(addresses)
    return {name: value for name, value in environ.items() if name not in taken and not is_secret(name, value)}


class Redactor:
    """Takes secrets and paths of this machine out of texts.

    Args:
        root: The desk's folder; None when there is no desk.
        environ: Variables by name.
        addresses: Names of variables that hold addresses of alerts.
    """

    def __init__(self, root: Path | None, environ: Mapping[str, str], addresses: Iterable[str] = ()) -> None:
        self._root, self._environ, self._addresses = root, environ, set(addresses)

    @classmethod
    def of(cls, desk: Desk) -> Redactor:
        """For a desk, with the environment of this process."""
        return cls(desk.root, os.environ, [target.address_from for target in desk.settings.alerts.values()])

    @cached_property
    def _secrets(self) -> list[str]:
        """Every secret that is known, the longest first."""
        found: set[str] = set()
        for name, value in self._environ.items():
            if name in self._addresses or is_secret(name, value):
                found |= {value, *(piece for address in value.split() if "://" in address for piece in pieces_of(address))}
        return sorted({secret for secret in found if len(secret) >= SHORTEST}, key=len, reverse=True)

    @cached_property
    def _hidden(self) -> re.Pattern[str] | None:
        return _any_of(form for secret in self._secrets for form in _forms(secret))

    @cached_property
    def _places(self) -> list[tuple[re.Pattern[str], str]]:
        """Folders of this machine with what is said in their place, the longest first."""
        folders = {sys.prefix: "python", str(Path(__file__).parents[2]): "nutgraf", os.path.expanduser("~"): "~"}
        if self._root is not None:
            folders[str(self._root)] = ""
        found = []
        for folder, word in sorted(folders.items(), key=lambda item: len(item[0]), reverse=True):
            if len(folder) < 4:  # such as / as a home
                continue
            forms = "|".join(re.escape(form) for form in _forms(folder))
            # The folder itself, or the beginning of a path in it; never the beginning of another folder's name.
            found.append((re.compile(rf"(?<![\w.%-])(?:{forms})(?:/|{_AFTER_PATH})"), f"{word}/" if word else ""))
        return found

    def known(self, text: str) -> str:
        """A text without the secrets that are known, and with paths in the desk and in one's home told from there."""
        if self._hidden is not None:
            text = self._hidden.sub(HIDDEN, text)
            text = self._without_beginning(text)
        for pattern, word in self._places:
            text = pattern.sub(lambda found, word=word: word if found[0].endswith("/") else word.rstrip("/") or ".", text)
        return text

    def text(self, text: str) -> str:
        """The same, and any other path of a machine is told by its last name alone."""
        return MACHINE.sub(lambda found: "…/" + re.split(r"[/\\]", found[0].rstrip("/\\"))[-1], self.known(text))

    def _without_beginning(self, text: str) -> str:
        """A text that was cut in the middle of a secret, without the secret's beginning."""
        for secret in self._secrets:
            for length in range(min(len(secret) - 1, len(text)), SHORTEST - 1, -1):
                if text.endswith(secret[:length]):
                    return text[:-length] + HIDDEN
        return text

    def saying(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """The same function for lines of news, which then hold no secret."""
        return lambda line: say(self.text(line))

    def folder(self, folder: Path) -> None:
        """Take secrets and paths out of every file that is kept in a folder, notebooks and JSON string by string."""
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file() or path.suffix in _UNTOUCHED:
                continue
            before = path.read_text(encoding="utf-8", errors="surrogateescape")
            after = self._document(before) if path.suffix in _JSON_FILES else self.text(before)
            if after != before:
                path.write_text(after, encoding="utf-8", errors="surrogateescape")

    def _document(self, text: str) -> str:
        """A JSON document with every string in it looked through; what is none is looked through as text."""
        try:
            found = json.loads(text)
        except ValueError:
            return self.text(text)
        clean = self._value(found)
        return text if clean == found else json.dumps(clean, ensure_ascii=False, indent=1) + "\n"

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self._value(item) for name, item in value.items()}
        return value


def pieces_of(address: str) -> set[str]:
    """What of an address is secret: its password, its path, and values under a secret's name. Of services whose host is a key, that too.

    >>> sorted(pieces_of("mailto://ada:swordfish@mail.example/?to=desk@paper.example"))
    ['mailto://ada:swordfish@mail.example/?to=desk@paper.example', 'swordfish']
    """
    try:
        parts = urlsplit(address.strip(", "))
        query = parse_qsl(parts.query)
    except ValueError:
        return {address}
    if not parts.scheme or not parts.netloc:
        return {address}
    login, _, host = parts.netloc.rpartition("@")
    found = {address, *parts.path.split("/"), *(value for name, value in query if is_secret_name(name))}
    if parts.scheme not in _WITH_HOST:
        found |= {host, login}
    if ":" in login:
        found.add(login.partition(":")[2])
    elif login and parts.scheme not in ("mailto", "mailtos"):
        found.add(login)
    found |= {unquote(piece) for piece in found}
    return {piece for piece in found if len(piece) >= SHORTEST}


def _forms(text: str) -> list[str]:
    """A text as it is, and as it stands in addresses and in JSON or Python literals."""
    return list(dict.fromkeys([text, quote(text), quote(text, safe=""), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]]))


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    found = sorted(dict.fromkeys(forms), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found))) if found else None
