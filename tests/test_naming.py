"""Which people a report may name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.naming import FILE, NotToBeNamed, may_name

MATCHES = [
    ("Ada Vannel", "Ada Vannel", True), ("Ada Vannel", "ADA VANNEL", True), ("Ada Vannel", "Vannel", True),
    ("Ada Vannel", "Minister Vannel", True), ("Ada Vannel", "Ada", False), ("Ada Vannel", "Vannelson", False),
    ("Ada Vannel", "Peter Vannel", True), ("Ada Vannel", "Vannel's", True), ("Ada Vannel", "Vannel’s", True),
    ("Vannel", "Ada Vannel", True), ("Vannel", "Ada", False), ("Vannel, Ada", "ada vannel", True), ("Vannel, Ada", "Ada", False),
    ("José Núñez", "Jose Nunez", True), ("Jose Nunez", "JOSÉ NÚÑEZ", True), ("Søren Ødegård", "Soren Odegard", True),
    ("Łukasz Đorđević", "Lukasz Dordevic", True), ("Weiß", "WEISS", True), ("Jürgen Groß", "Jurgen Gross", True),
    ("John Smith Jr.", "Smith", True), ("John Smith, Jr.", "Smith", True), ("John Smith, Jr.", "Jr", False), ("Ada Berg PhD", "Berg", True),
    ("Hanna van der Berg", "Berg", True), ("Hanna van der Berg", "van", False), ("Ada Smith-Jones", "Smith-Jones", True),
    ("Ada Smith-Jones", "Jones", False), ("Ada Smith‑Jones", "ada smith-jones", True), ("Sinéad O’Brien", "Sinead O'Brien", True),
    ("Ivan Petrov", "Petrova", False), ("Иван Петров", "ПЕТРОВ", True), ("Ada  M.  Vannel", "Ada M Vannel", True),
]  # fmt: skip


@pytest.mark.parametrize(("listed", "name", "is_meant"), MATCHES)
def test_whole_names_and_last_names_match_without_case_and_accents(listed: str, name: str, is_meant: bool) -> None:
    assert (NotToBeNamed.of([listed]).matching(name) is not None) is is_meant
    reason = NotToBeNamed.of([listed]).reason(name)
    assert (reason is None) is not is_meant and (reason is None or "list of people not to be named" in reason)


def test_a_text_is_searched_for_names_and_not_for_words() -> None:
    people = NotToBeNamed.of(["Ada Young", "José Núñez", "Vannel"])
    assert [one.name for one in people.named_in("Young, the mayor, spoke.")] == ["Ada Young"]
    assert people.named_in("Many young people were there, and it was all vanilla.") == []
    assert [one.name for one in people.named_in("the outlet quoted jose nunez, and VANNEL most")] == ["José Núñez", "Vannel"]
    assert people.named_in("") == []


def test_a_person_needs_enough_mentions_and_is_not_on_the_list() -> None:
    people = NotToBeNamed.of(["Ada Vannel"])
    assert may_name("Ben Holt", 3, min_mentions=3, not_to_be_named=people) is None
    assert may_name("Ben Holt", 1, min_mentions=3, not_to_be_named=people) == "1 mention, 3 needed"
    assert "list of people" in may_name("Vannel", 900, min_mentions=3, not_to_be_named=people)
    assert may_name(" – ", 900, min_mentions=0, not_to_be_named=people) == "there is no name"


def written(tmp_path: Path, text: str | bytes) -> Path:
    (tmp_path / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def test_a_list_is_read_and_a_desk_without_one_has_nobody_on_it(tmp_path: Path) -> None:
    assert NotToBeNamed.load(tmp_path) == NotToBeNamed()
    text = '\ufeffname,since,note\n"Vannel, Ada",2026-03-14,"a minor, at the time"\n\n,,\nBen Holt,,\n'
    people = NotToBeNamed.load(written(tmp_path, text)).people
    assert [(one.name, one.line, one.note) for one in people] == [("Vannel, Ada", 2, "a minor, at the time"), ("Ben Holt", 5, "")]


WRONG = {
    "": "line 1: the columns are missing, and must be name, since, note",
    "name,note\nA,b\n": "line 1: the columns are name, note, and must be name, since, note",
    "name,since,note\nAda Vannel,2026-03-14\n": "line 2: 2 columns, 3 needed",
    "name,since,note\nVannel, Ada,2026-03-14,x\n": r"line 2: 4 columns, 3 needed \(a name or note with a comma wants quotes\)",
    "name,since,note\nBen,,\nAda,14 March,\n": "line 3: since must be a day such as 2026-03-14, or empty, not '14 March'",
    "name,since,note\n\n\n,2026-03-14,who\n": "line 4: there is no name in it",
    'name,since,note\n"Ada,,\n': "no CSV file in UTF-8",
    b"name,since,note\n\xff\xfe,,\n": "no CSV file in UTF-8",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_list_that_is_wrong_is_not_read_in_part(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(InputError, match="data/decisions/do_not_name.csv: .*" + WRONG[text]) as caught:
        NotToBeNamed.load(written(tmp_path, text))
    assert "\n" not in str(caught.value)


@given(st.lists(st.from_regex(r"[A-ZÀ-Þ][a-zß-ÿ]{1,9}", fullmatch=True), min_size=1, max_size=4))
def test_a_listed_name_is_found_however_it_is_written(words: list[str]) -> None:
    name = " ".join(words)
    people = NotToBeNamed.of([name])
    for form in (name, name.upper(), name.lower(), f"  {name}’s "):
        assert people.reason(form) is not None
        assert people.named_in(f"It was {form}, they said")
