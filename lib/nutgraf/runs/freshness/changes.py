"""What moved between two states of a freshness key, part by part, in words: ``nutgraf why``. Articles are `chosen`'s and `why`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nutgraf.errors import in_one_line
from nutgraf.overrides import FILE as OVERRIDES
from nutgraf.runs.attempts.states import REASONS

Parts = Mapping[str, Any]
_LONGEST = 60
_ABSENT = object()
_PARTS_OF_NOTEBOOKS = {"code": "code", "text": "text", "order": "order of its cells", "declarations": "declared needs"}


def changes(before: Parts, after: Parts) -> list[tuple[str, str]]:
    """What moved besides the articles: (part, words), in the order in which a reader is given reasons.

    Where the older state was written by a Nutgraf that kept less of it, a part that moved is only named.
    """
    found: list[tuple[str, str]] = []
    for part, general in REASONS.items():
        old, new = before.get(part), after.get(part)
        if part == "articles" or old == new:
            continue
        found += [(part, words) for words in (_WORDS[part](old, new) if _is_alike(part, old, new) else [general])]
    return found


def attrition(before: Parts, after: Parts) -> list[str]:
    """What moved in the counts of articles that are left out."""
    held = {step: out for step, out, _ in before.get("attrition") or []}
    now = {step: out for step, out, _ in after.get("attrition") or []}
    read = [(rows[0][2] if (rows := parts.get("attrition")) else None) for parts in (before, after)]
    words = [f"articles read: {_arrow(*read)}"] if None not in read and read[0] != read[1] else []
    steps = dict.fromkeys([*held, *now])
    return words + [f"left out, {step}: {_arrow(held.get(step, 0), now.get(step, 0))}" for step in steps if held.get(step, 0) != now.get(step, 0)]


def _is_alike(part: str, old: Any, new: Any) -> bool:
    """Whether both states hold a part in the form that is taken apart here."""
    if part == "title":
        return isinstance(old, str)
    whole, item = _FORMS.get(part, (dict, object))
    values = ((state.values() if isinstance(state, dict) else state) for state in (old, new) if isinstance(state, whole))
    return [all(isinstance(value, item) for value in found) for found in values] == [True, True]


def shown(value: Any) -> str:
    """A value as a person wrote it, cut when it is long."""
    if value is _ABSENT or value is None:
        return "not set"
    if isinstance(value, list):
        text = ", ".join(map(str, value)) or "empty"
    elif isinstance(value, str):
        text = value if value and " " not in value else f"“{value}”"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    text = in_one_line(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _arrow(old: Any, new: Any) -> str:
    return f"{shown(old)} → {shown(new)}"


def _title(old: str, new: str) -> list[str]:
    return [f"title: “{old}” → “{new}”"]


def _notebooks(old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]]) -> Iterator[str]:
    held, now = ({book["name"]: book for book in books} for books in (old, new))
    for name in dict.fromkeys([*held, *now]):
        if name not in now:
            yield f"notebook {name} is no longer part of it"
        elif name not in held:
            yield f"notebook {name} is new in it"
        else:
            moved = [words for part, words in _PARTS_OF_NOTEBOOKS.items() if held[name].get(part) != now[name].get(part)]
            if moved:
                yield f"notebook {name}: {' and '.join(moved)} changed"
    if [name for name in held if name in now] != [name for name in now if name in held]:
        yield "its notebooks come in another order"


def _mapping(label: str) -> Any:
    def words(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        for name in dict.fromkeys([*old, *new]):
            before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if before != after:
                yield f"{label.format(name)}: {_arrow(before, after)}"

    return words


def _measures(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The causes alone; measures that only rest on what changed are named beside it."""
    moved = [name for name in new if name in old and old[name]["version"] != new[name]["version"]]
    for name in moved:
        resting = [other for other in moved if other != name and _rests_on(other, name, new)]
        tail = f" ({', '.join(resting)} rest{'s' if len(resting) == 1 else ''} on it)" if resting else ""
        yield from (f"measure {name}: {cause}{tail}" for cause in _causes(old[name], new[name]))
    yield from (f"measure {name} is needed now" for name in new if name not in old)
    yield from (f"measure {name} is no longer needed" for name in old if name not in new)


def _causes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What changed of a measure itself; nothing when only what it needs did."""
    if old["code"] != new["code"]:
        yield f"code {_arrow(old['code'], new['code'])}"
    held, now = ({(kind, label): (version, sha256) for kind, label, version, sha256 in about["resources"]} for about in (old, new))
    for kind, label in dict.fromkeys([*held, *now]):
        if held.get((kind, label)) != now.get((kind, label)):
            yield f"{kind} {label} {_moved(held.get((kind, label)), now.get((kind, label)))}"
    yield from _mapping("setting {}")(old["options"], new["options"])
    if old["needs"] != new["needs"]:
        yield f"the measures that it needs: {_arrow(old['needs'], new['needs'])}"


def _moved(old: tuple[str | None, str] | None, new: tuple[str | None, str] | None) -> str:
    """Of a word list, codebook or model: its versions where it has some."""
    if old is None or new is None:
        return "is used now" if old is None else "is no longer used"
    if old[0] != new[0] and old[0] and new[0]:
        return f"{old[0]} → {new[0]}"
    return f"changed, and still says version {new[0]}" if new[0] else "changed"


def _rests_on(name: str, other: str, measures: Mapping[str, Mapping[str, Any]]) -> bool:
    needs = measures[name]["needs"]
    return other in needs or any(_rests_on(need, other, measures) for need in needs if need in measures)


def _decisions(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            moved = "is new" if name not in old else "is gone" if name not in new else "changed"
            yield f"data/decisions/{name}: {_OVERRIDES[moved]}" if name == OVERRIDES else f"data/decisions/{name} {moved}"


def _environment(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name):
            continue
        if name == "package":
            yield "the code or word lists of Nutgraf changed"
        else:
            yield f"{_PROGRAMS.get(name, name)} {old.get(name) or 'absent'} → {new.get(name) or 'absent'}"


_OVERRIDES = {
    "is new": "articles of it were put right by hand", "changed": "other corrections by hand touch it",
    "is gone": "corrections by hand that touched it were taken back",
}  # fmt: skip
_FORMS: dict[str, tuple[type, type]] = {"notebooks": (list, dict), "measures": (dict, dict)}
_PROGRAMS = {"python": "Python", "nutgraf": "Nutgraf"}
_WORDS: dict[str, Any] = {
    "title": _title, "notebooks": _notebooks, "parameters": _mapping("parameter {}"), "window": _mapping("select.{}"),
    "measures": _measures, "decisions": _decisions, "settings": _mapping("setting {}"), "environment": _environment,
}  # fmt: skip
