"""The page's style sheet: colour variables from the charts' theme, highlighting of code, and ``templates/report.css``."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from nutgraf.charts.theme import ROLES

#: Code is coloured sparingly, in colours of the theme, so that its contrast is the theme's.
_CODE = {
    "grey": ("c", "c1", "cm", "ch", "cs"),
    "point": ("k", "kn", "kd", "kc", "kr", "ow", "nd", "bp"),
    "second": ("s", "s1", "s2", "sa", "sd", "se", "si", "sb"),
    "third": ("mi", "mf", "m", "mb", "mh"),
}


@cache
def style_sheet() -> str:
    """The style sheet as it stands in every page, so that its hash is the same everywhere."""
    light = "".join(f"--{role}:{pair[0]};" for role, pair in ROLES.items())
    dark = "".join(f"--{role}:{pair[1]};" for role, pair in ROLES.items())
    fills = "".join(f".f-{role}{{fill:var(--{role})}}.s-{role}{{stroke:var(--{role})}}" for role in ROLES)
    code = "".join(",".join(f".code .{name}" for name in names) + f"{{color:var(--{role})}}" for role, names in _CODE.items())
    own = (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{fills}\n{code}\n{own}"
    )


def policy(css: str) -> str:
    """Content security policy: nothing from anywhere but this one style sheet and pictures of this site."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; form-action 'none'"
