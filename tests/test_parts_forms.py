"""Parts in the forms of many newsrooms: lines by class with near-misses, and what only their place and neighbours tell."""

from __future__ import annotations

import json

import pytest
from nutgraf.reading.appeals import is_appeal
from nutgraf.reading.bylines import is_byline, is_date, names_of
from nutgraf.reading.captions import is_caption
from nutgraf.reading.parts import Parts
from nutgraf.reading.rules import Line

from tests import part_lines, test_parts
from tests.conftest import ROOT
from tests.test_parts import STORY, part_of

PARTS = Parts()
HEADLINE = "Pool to stay open for two more winters"


def parts_of(*lines: str, end: str = "\n") -> dict[str, str]:
    """The part of each line or stretch of a text."""
    text = end.join(lines)
    return {text[start:stop]: part for start, stop, part, _ in PARTS.parts(text)}


def found_in(lines: list[str], places: tuple[int, ...]) -> list[tuple[str, int]]:
    return [(line, at) for line in lines for at in places]


@pytest.mark.parametrize(("line", "at"), found_in(part_lines.PROMO, (2, 3)))
def test_what_sends_the_reader_elsewhere(line: str, at: int) -> None:
    assert part_of(line, at=at) in ("promo", "newsletter")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (line, part)
        for part in ("newsletter", "correction", "credit", "notice")
        for line in getattr(part_lines, part.upper())
    ],
)
def test_lines_below_the_story(line: str, part: str) -> None:
    assert part_of(line, at=3) == part


@pytest.mark.parametrize("line", part_lines.CAPTION)
def test_captions_between_paragraphs(line: str) -> None:
    assert part_of(line, at=2) == "caption"


@pytest.mark.parametrize(("line", "at"), found_in(part_lines.STORY_LINES, (2, 3)))
def test_near_misses_stay_in_the_story(line: str, at: int) -> None:
    assert part_of(line, at=at) == "body"


def test_a_full_paragraph_that_tells_what_happened_is_the_story_whatever_it_speaks_of() -> None:
    email = "Another email, sent to reporters {}, quoted two sentences of hers and all but called the engineer a thief of water."
    notice = "The original article did not include a line on who paid for it, nor {} it disclose that the water board wrote it."
    around = [f"The engineer told the meeting on day {day} that the water would be back before the evening, and nobody believed it." for day in range(9)]
    for line in (email.format("when the valve failed"), email.format("because the valve failed"), notice.format("had the paper made")):
        assert parts_of(HEADLINE, *around[:2], line, *around[2:])[line] == "body"


@pytest.mark.parametrize("line", ["All data on this page is provided “as is”.", "Timetables are shown 'as is' by this newspaper."])
def test_what_is_given_as_it_is(line: str) -> None:
    assert part_of(line, at=3) == "notice"


def test_a_name_in_capitals_behind_the_full_stop_made_the_picture() -> None:
    assert is_caption(Line.made(0, "The diving board, the oldest in Holm. —JANA WEIL"))
    assert not is_caption(Line.made(0, "The diving board is the oldest in Holm."))


# Bylines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Oda Renn, Holm",
        "Oda Renn in Holm",
        "Oda Renn at Marlow Reach",
        "ODA RENN",
        "J. P. Moor",
        "Prof. Oda Renn",
        "Oda van der Renn and Paul de la Moor",
        "Oda ap Renn",
        "Oda Renn Health correspondent",
        "Oda Renn Senior political reporter",
        "Our Special Correspondent",
        "EXCLUSIVE by Oda Renn, Water Editor",
        "Interview by Oda Renn. Portraits by Paul Moor",
        "Rolling coverage by Oda Renn and Paul Moor",
        "Now with Oda Renn (earlier with Paul Moor)",
        "From Oda Renn, Marlow Reach",
        "by Oda Renn, Marlow Echo, and Paul Moor, Holm Gannet",
        "Oda Renn | Water Editor | Updated 4 March, 11.20am GMT",
        "Oda Renn • 2 March 2026 • 4 min read",
        "Marlow Reach | Updated: March 2, 2026 08:12 PM IST",
        "NWA | Marlow Reach",
        "byOda Renn",
        "less than 2 min read March 7, 2026 - 9:31PM",
        "Staff writer | The Marlow Echo",
    ],
)
def test_bylines_are_rows_of_names_roles_places_and_dates(line: str) -> None:
    assert is_byline(line)
    found = parts_of(HEADLINE, "The vote was not close", line, *STORY)
    assert (found[line], found["The vote was not close"], found[STORY[0]]) == ("byline", "standfirst", "body")


@pytest.mark.parametrize(
    "line",
    [
        "The Vote Was Not Close",
        "Two Winters, Two Baths",
        "What swimmers said",
        "Council: no money for the roof",
        "Mayor Sacks Two, Keeps Three",
        "A town divided in Holm",
        "Swimmers cheer, treasurers weep",
        "How Marlow Reach Voted",
    ],
)
def test_titles_are_no_bylines(line: str) -> None:
    assert not is_byline(line)


def test_dates_of_publication_and_clocks_of_live_reports() -> None:
    assert all(is_date(text) for text in ("Updated 4 September, 11.20am BST", "05/14/2024 11:02 AM EDT", "Thu 8 Jan 2026 16.40 AEDT"))
    assert not any(is_date(text) for text in ("14:31", "9.05am", "In May 1961", "4 March brought rain"))


def test_names_of_a_byline_leave_roles_and_places_out() -> None:
    assert names_of("By Oda Renn and Paul Moor in Holm | Water desk") == ["Oda Renn", "Paul Moor"]


def test_a_name_is_known_by_the_role_and_the_date_below_it() -> None:
    head = ["Oda Renn", "Health correspondent, Western counties", "Published 18 hours ago"]
    found = parts_of(HEADLINE, *head, *STORY)
    assert [found[line] for line in head] == ["byline"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "Oda Renn is a former lifeguard and swims on Sundays.",
        "Oda Renn covers water for the Echo.",
        "Oda writes about pools.",
        "ODA RENN",
        "Reach Oda Renn at oda@echo.example.",
        "The author is a professor of hydraulics at Holm.",
        "Tess Ardal is a reporter for the Gannet in Holm.",
    ],
)
def test_who_the_author_is_stands_below(line: str) -> None:
    assert parts_of(HEADLINE, "By Oda Renn", *STORY, line)[line] == "byline"


def test_who_the_author_is_stands_in_the_head() -> None:
    line = "Oda Renn covers water and those who swim in it for the Echo."
    assert parts_of(HEADLINE, "By Oda Renn", line, *STORY)[line] == "byline"
    assert parts_of(HEADLINE, "By Paul Moor", line, *STORY)[line] == "body"


@pytest.mark.parametrize("line", ["Ada Quist is a woman of few words.", "Ada Quist is mayor and swims on Sundays.", "Renn says so too."])
def test_other_people_are_described_in_the_story(line: str) -> None:
    assert parts_of(HEADLINE, "By Oda Renn", *STORY, line)[line] == "body"


# The head -----------------------------------------------------------------------------------------------------------


def test_a_section_above_the_headline() -> None:
    for section in ("HEALTH", "Opinion"):
        found = parts_of(section, HEADLINE, "By Oda Renn", *STORY)
        assert (found[section], found[HEADLINE]) == ("subheading", "headline")
    assert parts_of("Rain", *STORY)["Rain"] == "headline"


def test_a_headline_with_full_stops_is_one_when_a_byline_follows() -> None:
    line = "The Town Kept Its Pool. Nobody Knows Who Pays."
    assert parts_of(line, "By Oda Renn", *STORY)[line] == "headline"
    assert parts_of(line, *STORY)[line] == "body"


def test_a_standfirst_without_a_byline() -> None:
    line = "Three swimmers on what the water taught them, and what it cost"
    assert parts_of(HEADLINE, line, *STORY)[line] == "standfirst"
    assert parts_of(HEADLINE, "Paid content by Marlow Tiles", line, *STORY)[line] == "standfirst"
    ended = "Sunday mornings are about to get cold again."
    assert parts_of(HEADLINE, ended, *STORY)[ended] == "body"


def test_points_with_a_lead_above_the_byline_are_a_standfirst() -> None:
    points = ["What you need to know:", "• The pool stays open", "• The roof is another matter", "• Holm pays nothing"]
    found = parts_of(HEADLINE, *points, "By ODA RENN-MOOR", "renn@echo.example", *STORY)
    assert [found[point] for point in points] == ["standfirst"] * 4
    assert found["By ODA RENN-MOOR"] == found["renn@echo.example"] == "byline"


def test_pictures_in_the_head_are_captions() -> None:
    for line in (
        "The pool in May. It was full. (Submitted by Jana Weil)",
        "Oda Renn at home in Holm. Portrait by Jana Weil",
        "Paul Moor (Photo: Jana Weil, Northwire)",
        "Swimmers clash with rowers in Holm. (Northwire photo: Jana Weil)",
    ):
        assert parts_of(HEADLINE, "By Oda Renn", line, *STORY)[line] == "caption"


# Live reports, round-ups and datelines ------------------------------------------------------------------------------------


def test_a_live_report() -> None:
    lines = ["Storm live: baths shut", "By Oda Renn", "Last updated 14:52 GMT", "14:52", STORY[0], "14:31", STORY[1], "13:40 Roof lost", STORY[2]]
    found = parts_of(*lines)
    assert [found[line] for line in lines] == ["headline", "byline", "byline", "body", "body", "body", "body", "subheading", "body"]


def test_a_round_up_has_datelines_below_its_headings() -> None:
    found = parts_of(HEADLINE, f"HOLM (NWA) — {STORY[0]}", STORY[1], "QUISTS 4, MOORS 3", f"MARLOW REACH (NWA) — {STORY[2]}")
    assert found["QUISTS 4, MOORS 3"] == "subheading"
    assert found["HOLM (NWA) —"] == found["MARLOW REACH (NWA) —"] == "dateline"


def test_a_heading_of_labels_is_no_list_of_links() -> None:
    found = parts_of(*STORY, "UP NEXT", "Quists: At Holm on Tuesday.", "Moors: Host the Renns on Friday.")
    assert found["UP NEXT"] == "subheading"
    assert found["Quists: At Holm on Tuesday."] == "body"
    found = parts_of(*STORY, "UP NEXT", "The seal who came to dinner", "Who owns the water?")
    assert set(found.values()) == {"body", "promo"}


@pytest.mark.parametrize(
    "dateline", ["HOLM, MARCH 3:", "Holm NWA —", "Marlow Lake, Norrania –", "HOLM, March 3 (Northwire) -", "HOLM (NWA):"]
)
def test_more_datelines(dateline: str) -> None:
    assert parts_of(HEADLINE, f"{dateline} {STORY[0]}", STORY[1])[dateline] == "dateline"


@pytest.mark.parametrize("start", ["Holm – once a port – ", "HOLM — the sign says — ", "Holm — a town — "])
def test_dashes_within_a_sentence_make_no_dateline(start: str) -> None:
    line = start + "is where the council of the county meets when it wants to be left alone."
    assert parts_of(HEADLINE, line, STORY[1])[line] == "body"


# Glued lines --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tail", "part"),
    [
        ("READ MORE: The pool that would not close", "promo"),
        ("Further reading: The pool that would not close", "promo"),
        ("More from Holm: The pool that would not close", "promo"),
        ("[Read our investigation: Who owns the water?]", "promo"),
        ("(Related: Ten pools, one lifeguard)", "promo"),
        ("(With inputs from agencies)", "credit"),
    ],
)
def test_a_link_behind_a_paragraph_is_a_part_of_its_own(tail: str, part: str) -> None:
    found = parts_of(STORY[0], f"{STORY[1]} {tail}", "The boiler", STORY[2])
    assert (found[STORY[1]], found[tail], found["The boiler"]) == ("body", part, "subheading")


@pytest.mark.parametrize(
    "tail",
    [
        "(The Moors: a family of builders.)",
        "What do you think of that?",
        "Read more, the mayor says.",
        "[sic]",
        "More on that later, she said.",
        "Her answer: READ the law.",
    ],
)
def test_an_end_that_belongs_to_its_paragraph_stays(tail: str) -> None:
    line = f"{STORY[1]} {tail}"
    assert parts_of(STORY[0], line, *STORY)[line] == "body"


def test_a_credit_behind_the_last_paragraph() -> None:
    found = parts_of(STORY[0], STORY[1], f"{STORY[2]} – Marlow Press Service")
    assert (found[STORY[2]], found["– Marlow Press Service"]) == ("body", "credit")


# Between and below paragraphs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["The boiler", "'Like swimming in soup'", "What happens next?", "Why did nobody ask?", "THE BOILER"])
def test_headings_between_paragraphs(line: str) -> None:
    assert parts_of(*STORY[:2], line, STORY[2])[line] == "subheading"
    assert parts_of(*STORY[:2], "READ MORE: Ten pools, one lifeguard", line, STORY[2])[line] == "subheading"


def test_questions_of_an_interview_are_the_story() -> None:
    line = "Why did nobody ask?"
    assert parts_of(*STORY[:2], line, "I cannot say, since I was in Holm that day and nobody rang me.")[line] == "body"
    assert parts_of(*STORY[:2], line, "“Since I was in Holm that day and nobody thought to ring me.”")[line] == "body"


@pytest.mark.parametrize("line", ["Average age of pools, years: 16.4", "Friday: rain from the west", "Laps: 40; lengths: 80; ducks: 2"])
def test_rows_of_a_table_are_no_headings(line: str) -> None:
    assert parts_of(*STORY[:2], line, STORY[2])[line] == "body"


def test_titles_below_the_story_are_links_when_they_are_several() -> None:
    found = parts_of(*STORY, "Bandstand to be painted green", "Ten pools and one lifeguard")
    assert found["Bandstand to be painted green"] == found["Ten pools and one lifeguard"] == "promo"
    assert parts_of(*STORY, "Council Votes To Paint Bandstand Green")["Council Votes To Paint Bandstand Green"] == "promo"
    assert parts_of(*STORY, "A vote in the county is due in May")["A vote in the county is due in May"] == "body"
    table = parts_of(*STORY, "Friday: rain", "Saturday: sun", "Sunday: both")
    assert set(table.values()) == {"body"}


def test_appeals_need_an_order_and_more() -> None:
    def read(text: str) -> bool:
        return is_appeal(Line.of(text, 0, len(text)))

    assert read("Join us on our channel for the final.")
    assert not read("Join the queue at six, the sign says, and wait.")
    assert not read("“Join us on our channel,” the mayor wrote.")
    assert not read("We have more on our channel about the final.")


# All rules ----------------------------------------------------------------------------------------------------------------


def test_every_rule_takes_some_line() -> None:
    """A rule that no line of these files or the gold reaches has never been seen to work."""
    lists = ("PROMO", "NEWSLETTER", "CORRECTION", "CAPTION", "CREDIT", "NOTICE")
    lines = [line for module in (test_parts, part_lines) for name in lists for line in getattr(module, name, ())]
    texts = ["\n\n".join([*STORY[:2], line, STORY[2]]) for line in lines] + ["\n\n".join([*STORY, line]) for line in lines]
    for name in ("parts", "passages", "parts_more", "passages_more", "passages_dense", "parts_dense"):
        texts += [json.loads(line)["text"] for line in (ROOT / f"tests/eval/gold/{name}.jsonl").open(encoding="utf-8")]
    used = {rule for text in texts for *_, rule in PARTS.parts(text)}
    unseen = {rule.id for rule in PARTS.rules.rules} - used
    assert len(unseen) <= 8, sorted(unseen)


@pytest.mark.parametrize("start", ["", "By ", "Photographs: ", "With ", "Translated by ", "Support for this ", "("])
@pytest.mark.parametrize("word", ["A", "Aa", "A.", "A-", "A’", "Aa,", "Aa/", "1"])
def test_a_line_of_one_endless_word_is_read_too(start: str, word: str) -> None:
    """A pattern that tries every way to cut a word would not come back from these."""
    line = start + word * 3000 + "!"
    for lines in ([HEADLINE, line, *STORY], [*STORY, line]):
        assert [text for text in parts_of(*lines) if text.startswith(line[:40])]


# Furniture ----------------------------------------------------------------------------------------------------------

DATED = "Oda Renn / NWA / Mar 2, 2026, 06:48 IST"


@pytest.mark.parametrize(
    "line",
    [
        "Save article  |  Print  |  Share",
        "News  Marlow  Roads & Rail",
        "♡ 112    💬 34    ⟲ 9    Share",
        "Social Sharing",
        "Leer en español",
        "Add The Marlow Echo on Google",
        "Click to share on Facebook (Opens in new window)",
        "Follow topic: Water and roads",
        "LISTEN · 3:51",
    ],
)
@pytest.mark.parametrize("at", [1, 2])
def test_buttons_in_the_head_are_no_standfirst(line: str, at: int) -> None:
    head = [HEADLINE, DATED]
    head.insert(at, line)
    found = parts_of(*head, *STORY)
    assert (found[line], found[DATED], found[STORY[0]]) == ("promo", "byline", "body")


@pytest.mark.parametrize(
    "line", ["Watch your step, swimmers told", "Baths, boiler, roof: what is at stake", "Marlow | A vote that was not close", "Exclusive: council hid the report"]
)
def test_a_standfirst_is_no_button(line: str) -> None:
    assert parts_of(HEADLINE, line, "By Oda Renn", *STORY)[line] == "standfirst"


@pytest.mark.parametrize(
    "line",
    [
        "ODA RENN AND PAUL MOOR",
        "MAR 02, 2026 ∙ Paid",
        "orenn@marlow.example @odarenn",
        "Oda Renn 2 days ago",
        "Our Correspondent  Published March 2, 2026  Updated about 4 hours ago",
        "Oda Renn · Lake Bureau · Posted: Mar 2, 2026 3:14 PM AST | Last Updated: 2 hours ago",
        "orenn@marlow.example | Posted Mar. 2, 2026 at 5:42 p.m. | Updated 6:10 p.m.",
        "Transport correspondent @odarenn",
        DATED,
    ],
)
def test_bylines_without_marks_between_their_pieces(line: str) -> None:
    found = parts_of(HEADLINE, line, *STORY)
    assert (found[line], found[STORY[0]]) == ("byline", "body")


def test_a_place_in_small_letters_before_a_colon_opens_the_story_only() -> None:
    assert parts_of(HEADLINE, DATED, "Marlow: " + STORY[0], *STORY[1:])["Marlow:"] == "dateline"
    assert "Marlow:" not in parts_of(HEADLINE, DATED, *STORY[:2], "Marlow: " + STORY[2])
    for label in ("Update:", "Verdict:", "Question:"):
        assert label not in parts_of(HEADLINE, DATED, f"{label} {STORY[0]}", *STORY[1:])
    assert "Quist:" not in parts_of(HEADLINE, DATED, "Quist: " + STORY[0], "Moor: " + STORY[1], *STORY[2:])


def test_items_that_a_colon_led_in_are_the_story() -> None:
    items = ["1. A new roof", "2. A new boiler", "3. No new fares"]
    found = parts_of(HEADLINE, *STORY[:2], "The swimmers have three demands:", *items, STORY[2])
    assert {found[item] for item in items} == {"body"}
    for led in (STORY[1], "The swimmers have three demands:"):
        assert parts_of(HEADLINE, STORY[0], led, items[0], STORY[2])[items[0]] == "subheading"


def test_a_box_of_labels_and_values() -> None:
    rows = ["Architect: Renn & Moor", "Structures: Quist", "Cost consultant: Gannet"]
    found = parts_of(HEADLINE, *STORY[:2], "Project team", *rows, STORY[2])
    assert [found[row] for row in rows] == ["body"] * 3
    assert found["Project team"] == "subheading"
    found = parts_of(HEADLINE, *STORY, "Project team", *rows, "The council votes on the sums in the first week of May.")
    assert [found[row] for row in rows] == ["body"] * 3
    assert parts_of(HEADLINE, *STORY[:2], "The row over fares", rows[0], STORY[2])["The row over fares"] != "subheading"


def test_headings_in_other_dress() -> None:
    for line in ("– ‘Too late’ –", "— The boiler —", "WHAT HAPPENS NEXT"):
        found = parts_of(HEADLINE, *STORY[:2], line, "The council votes on May 2.", STORY[2])
        assert found[line] == "subheading"
    asks = "What the letter asks for"
    assert parts_of(HEADLINE, *STORY[:2], asks, "Dates of each check", "The name of the inspector", STORY[2])[asks] == "subheading"


def test_long_notices_do_not_end_the_story() -> None:
    notice = "The Marlow Echo is a member of the Press Standards Panel. If our answer does not content you, the panel will hear your complaint."
    found = parts_of(HEADLINE, *STORY, "Data visualisation by Oda Renn", notice)
    assert (found["Data visualisation by Oda Renn"], found[notice]) == ("credit", "notice")


def test_a_signature_below_the_story_is_no_heading() -> None:
    found = parts_of(HEADLINE, *STORY, "By Oda Renn", "© Northern Wire. All rights reserved; no copy without written permission.")
    assert found["By Oda Renn"] == "byline"
    desk = "Lake and harbour stories"
    assert parts_of(HEADLINE, *STORY, desk, "Copyright 2026 Northern Wire. All rights reserved in all towns of the lake.")[desk] != "subheading"


def test_an_author_who_reported_from_elsewhere() -> None:
    last = "Renn reported from Holm."
    assert parts_of(HEADLINE, "By Oda Renn and Paul Moor", *STORY, last)[last] == "byline"
    assert parts_of(HEADLINE, "By Paul Moor", *STORY, last)[last] != "byline"


def test_a_phrase_above_its_credit_is_a_caption() -> None:
    found = parts_of(HEADLINE, *STORY[:2], "Oda Renn with her goggles on", "Credit: Marlow Pictures", STORY[2])
    assert (found["Oda Renn with her goggles on"], found["Credit: Marlow Pictures"]) == ("caption", "caption")


def test_titles_on_one_line_below_the_story() -> None:
    line = "In the headlines: Ferry strike enters week two | Bus fares to rise for the third time in a year"
    assert parts_of(HEADLINE, *STORY, line)[line] == "promo"


def test_a_summary_with_its_label_and_end() -> None:
    block = ["In short:", "The pool stays open.", "The roof will be mended in May.", "What's next? The council meets on Thursday."]
    found = parts_of(HEADLINE, "By Oda Renn", *block, *STORY, end="\n\n")
    assert {found[line] for line in block} == {"standfirst"}
    assert found[STORY[0]] == "body"
    found = parts_of(HEADLINE, "By Oda Renn", *block[:3], *STORY, end="\n\n")
    assert (found[block[0]], found[block[1]]) == ("standfirst", "body")


def test_buttons_are_no_names_and_a_note_is_no_appeal() -> None:
    assert not is_byline("Social Sharing")
    assert not is_byline("Follow Oda Renn")
    assert not is_appeal(Line.made(0, "Please note that our pages hold names of the dead."))
    assert is_appeal(Line.made(0, "Please refresh our page for the newest names."))


def test_a_byline_with_a_moment_needs_no_story_behind_it() -> None:
    line = "Marlow Radio · Posted Mon 2 Mar 2026 at 6:05am, updated Mon 2 Mar 2026 at 9:22am"
    found = parts_of(HEADLINE, "The vote was not close", line, "A gate in the rain (Marlow Radio)", *STORY)
    assert (found[line], found["The vote was not close"]) == ("byline", "standfirst")


def test_a_moment_is_no_correction() -> None:
    line = "Updated - March 2, 2026 11:27 pm IST - HOLM"
    found = parts_of(HEADLINE, "The vote was not close", line, "Oda Renn", *STORY)
    assert (found[line], found["Oda Renn"], found["The vote was not close"]) == ("byline", "byline", "standfirst")


def test_headings_below_a_list_and_in_marks() -> None:
    lines = ["The sums:", "- Roof: 40,000 crowns", "- Boiler: 2,000 crowns", "What Swimmers Say", STORY[2]]
    assert parts_of(HEADLINE, *STORY[:2], *lines)["What Swimmers Say"] == "subheading"
    assert parts_of(HEADLINE, *STORY[:2], "'Not good enough', mayor says", STORY[2])["'Not good enough', mayor says"] == "subheading"


def test_an_address_below_the_story_is_the_authors_unless_it_is_the_desks() -> None:
    assert parts_of(HEADLINE, *STORY, "(oda.renn@marlow.example)")["(oda.renn@marlow.example)"] == "byline"
    assert parts_of(HEADLINE, *STORY, "news@marlow.example").get("news@marlow.example") != "byline"


def test_who_reported_from_where_stands_in_the_head() -> None:
    note = "Oda Renn reported from Holm, and Paul Moor from Marlow."
    assert parts_of(HEADLINE, "By Oda Renn and Paul Moor", note, "March 2, 2026", *STORY)[note] == "byline"
