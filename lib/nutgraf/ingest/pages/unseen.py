"""Characters that nobody sees: they split words for every list that looks them up, or show a name in another order than it is written."""

from __future__ import annotations

import re

# Soft hyphen, zero-width space, byte order mark; as characters and as HTML writes them.
_SPLITTING = re.compile("[\xad\u200b\ufeff]|&(?:shy|ZeroWidthSpace|#173|#x0*ad|#8203|#x0*200b|#65279|#x0*feff);", re.IGNORECASE)
# Marks that embed, override or isolate a direction. Single left-to-right and right-to-left marks stay: Arabic and Hebrew are written with them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]|&#(?:823[4-8]|829[4-7]|x0*202[a-e]|x0*206[6-9]);", re.IGNORECASE)
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")


def without_unseen(markup: str) -> tuple[str, str | None]:
    """Markup without them; NUL becomes a replacement character.

    Returns:
        The markup, and what was removed, in words; None for nothing.

    >>> without_unseen("light\xadhouse")
    ('lighthouse', 'soft hyphens and zero-width spaces removed')
    """
    said = []
    for pattern, words in ((_SPLITTING, "soft hyphens and zero-width spaces"), (_TURNING, "marks of direction"), (_CONTROL, "control characters")):
        shorter = pattern.sub("", markup)
        if shorter != markup:
            said.append(f"{words} removed")
        markup = shorter
    return markup.replace("\x00", "\ufffd"), "; ".join(said) or None


def clean(text: str) -> str:
    """A text from elsewhere in the page, such as JSON-LD, which writes such characters in its own way."""
    return without_unseen(text)[0]
