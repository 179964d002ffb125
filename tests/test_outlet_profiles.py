"""Profiles of outlets: every shipped one against its page, what a desk's own may say, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring
from nutgraf.desk import Desk
from nutgraf.errors import DeskError, UsageError
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.pages.profile_check import begin, faults_of
from nutgraf.ingest.pages.profiles import Profiles, profiles_of, read_profile, shipped
from nutgraf.ingest.pages.selectors import Selector, SelectorError, found
from nutgraf.ingest.records import RawItem
from nutgraf.ingesting import ingest, items_for_paths

PAGES = Path(__file__).parent / "outlets"
OUTLETS = sorted(shipped(), key=lambda profile: profile.id)
SKERRY = """
name = "The Skerry Post"
domains = ["skerry-post.example"]
zone = "Europe/Oslo"
date_formats = ["%d/%m/%y kl %H:%M"]
promo = ["Stem på ", "Les også: "]
[select]
headline = ["div.top b"]
standfirst = [".ingress"]
byline = ["[data-role=forfatter]"]
section = [".merke"]
date = ["i.tid"]
body = ["#historie"]
remove = ["div.boks"]
[check]
page = "skerry-post.html"
headline = "Keeper hands in his keys"
byline = "Orla Fennick and Tam Roe"
published_at = "2026-07-05T16:40:00+00:00"
begins = "The last lighthouse keeper"
ends = "it was raining sideways."
without = ["Stem på", "Fakta"]
"""
PAGE = """<html><head><title>x</title></head><body><div class="top"><b>Keeper hands in his keys</b></div><span class="merke">Kyst</span>
<p class="ingress">A man, a lamp and a form to sign.</p><div data-role="forfatter">By Orla Fennick and Tam Roe</div><i class="tid">05/07/26 kl 18:40</i>
<div id="historie"><div>The last lighthouse keeper of the outer skerries handed in his keys on Monday, forty years after he was given them.</div>
<div class="boks"><p>Fakta: the lamp was first lit in a year that nobody in the village cares to remember, and has burnt ever since.</p></div>
<p>Stem på årets fyrvokter her</p>
<div>He had been told to expect a brass band. There was a boat, and a man with a form, and it was raining sideways.</div></div></body></html>"""


def written(folder: Path, profile: str = SKERRY, page: str | None = PAGE) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "skerry-post.toml"
    path.write_text(profile, encoding="utf-8")
    if page:
        path.with_suffix(".html").write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize("profile", OUTLETS, ids=[profile.id for profile in OUTLETS])
def test_a_shipped_profile_gives_what_its_check_says(profile: object) -> None:
    faults = faults_of(profile, PAGES)
    assert not faults, f"lib/nutgraf/resources/{faults[0]} (its page is tests/outlets/{profile.id}.html)"


def test_every_page_of_the_tests_has_a_profile() -> None:
    assert {path.stem for path in PAGES.glob("*.html")} == {profile.id for profile in OUTLETS}


def test_a_profile_says_where_things_are(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path))
    assert faults_of(profile) == []
    item = RawItem(Path("a.html"), "s", "a.html", url="https://m.skerry-post.example/2026/keeper")
    record = read_page(item, PAGE.encode(), Profiles({"skerry-post.example": profile}))
    assert (record.outlet, record.section, record.standfirst) == ("The Skerry Post", "Kyst", "A man, a lamp and a form to sign.")
    assert record.published.where == "outlet profile" and record.extractor.endswith(profile.label)
    assert record.text_repair == "1 line left out by the outlet's profile"
    elsewhere = read_page(replace(item, url="https://notskerry-post.example/keeper"), PAGE.encode(), Profiles({"skerry-post.example": profile}))
    assert elsewhere.extractor.startswith("trafilatura") and profile.id not in elsewhere.extractor


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("div.top b", "div.nowhere", "headline is .*correct headline under"), ("#historie", "div.top", "no article text .*correct body"),
        ("%d/%m/%y kl %H:%M", "%y/%m/%d", "published_at is None.*date_formats"), ("Stem på ", "Stemme ", "ends .*correct body or remove|promo"),
        ('remove = ["div.boks"]', "", "'Fakta' stands in the article.*remove"), ('page = "skerry-post.html"', "", "has no .check. with a page"),
        ("skerry-post.html", "gone.html", "gone.html is not there: save a page"), ("skerry-post.html", "../skerry-post.html", "is not there"),
    ],
)  # fmt: skip
def test_a_fault_names_what_to_mend(tmp_path: Path, old: str, new: str, said: str) -> None:
    import re

    faults = faults_of(read_profile(written(tmp_path, SKERRY.replace(old, new))))
    assert any(re.search(said, fault) for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("zone =", "zones =", "no such key: zones"), ("remove =", "removes =", r"no such key of \[select\]: removes"), ("begins =", "begin =", r"\[check\]: begin"),
        ("Europe/Oslo", "Europe/Skerry", "no such time zone"), ("Stem på ", "(a+)+b", "without an upper bound"), ("div.top b", "div > b", "cannot be read"),
        ('["skerry-post.example"]', "[]", "holds no domain"), ('["skerry-post.example"]', '["https://x/"]', "holds no domain"),
        ('["i.tid"]', '"i.tid"', "'date' is no list"), ("[select]", "[select", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_profile_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DeskError, match=f"skerry-post.toml: .*{said}"):
        read_profile(written(tmp_path, SKERRY.replace(old, new)))


def test_a_desks_profile_takes_the_place_of_a_shipped_one_and_none_of_another_domain(tmp_path: Path) -> None:
    folder = tmp_path / "outlets"
    written(folder)
    own = folder / "radio-norvessa.toml"
    own.write_text('domains = ["radio-norvessa.example"]\nname = "RNN"\n', encoding="utf-8")
    profiles = profiles_of(tmp_path)
    assert profiles.of("https://www.radio-norvessa.example/a").name == "RNN" and profiles.of("https://skerry-post.example/a").id == "skerry-post"
    assert profiles.of("https://example/a", None, "https://[") is None
    (folder / "twice.toml").write_text('domains = ["skerry-post.example"]\n', encoding="utf-8")
    with pytest.raises(DeskError, match="twice.toml: the domain skerry-post.example stands in skerry-post.toml too"):
        profiles_of(tmp_path)


def test_a_desk_reads_its_pages_by_its_profiles(desk: Desk, tmp_path: Path) -> None:
    written(desk.root / "outlets", page=None)
    page = tmp_path / "page.html"
    page.write_text(PAGE.replace("<title>", "<link rel='canonical' href='https://skerry-post.example/keeper'><title>"), encoding="utf-8")
    ingest(desk, items_for_paths(desk, [page]))
    (row,) = [row for row in desk.store.read("articles").to_pylist() if row["outlet"] == "The Skerry Post"]
    assert row["byline"] == "Orla Fennick; Tam Roe" and row["extractor"].split(", ")[1].startswith("outlets/skerry-post ")
    assert "Stem på" not in row["text"] and row["published_from"] == "outlet profile"


def test_a_new_profile_can_be_read_and_is_never_written_over(tmp_path: Path) -> None:
    path = begin(tmp_path / "outlets", "https://www.Skerry-Post.example/")
    assert path.name == "skerry-post.toml" and read_profile(path).domains == ("skerry-post.example",)
    with pytest.raises(UsageError, match="there is a profile of that name"):
        begin(tmp_path / "outlets", "skerry-post.example")
    for name in ("skerry", "../../etc", "a b.example", "", "."):
        with pytest.raises(UsageError, match="is no domain"):
            begin(tmp_path / "outlets", name)


def test_the_command_lists_what_is_to_mend(desk: Desk) -> None:
    def called(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "nutgraf", "outlet", *arguments], cwd=desk.root, capture_output=True, text=True, check=False)

    assert "no profile of its own" in called("check").stderr
    made = called("new", "skerry-post.example")
    assert made.returncode == 0 and "begun: " in made.stdout
    written(desk.root / "outlets")
    assert called("check", "skerry-post").stdout == "skerry-post: as its [check] says\n"
    written(desk.root / "outlets", SKERRY.replace("div.top b", "div.nowhere"))
    done = called("check")
    assert done.returncode == 2 and "headline is " in done.stdout and "nutgraf rebuild" in done.stderr


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("p", "abcd"), ("p.x", "ab"), ("p.x.y", "b"), ("#k", "c"), ("div p", "bcd"), ("div div p", "d"), ("[lang]", "a"), ("p[lang=en]", "a"), ("[lang='en']", "a"),
        ("a[href^=/staff/]", "e"), ("div .y", "b"), ("* p.x", "ab"), ("section p", ""), ('[data-x="a b"]', "f"), ("div p div", ""),
    ],
)  # fmt: skip
def test_selectors(selector: str, expected: str) -> None:
    page = fromstring(
        "<html><body><p class='x' lang=en>a</p><div><p class='x y'>b</p><p id=k>c</p><div><p>d</p></div></div><a href='/staff/1'>e</a><b data-x='a b'>f</b>"
    )
    assert "".join(node.text for node in found(page, [Selector.read(selector)])) == expected


@given(st.text(max_size=40))
def test_any_selector_is_read_or_refused(text: str) -> None:
    try:
        selector = Selector.read(text)
    except SelectorError:
        return
    found(fromstring("<body><p>a</p></body>"), [selector])
