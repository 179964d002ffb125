"""Parts: lines as newsrooms write them, lines that only look like them, and where a line stands."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.errors import ResourceError
from nutgraf.reading.paragraphs import paragraphs
from nutgraf.reading.parts import Parts
from nutgraf.reading.rules import RuleBook

from tests.conftest import ROOT
from tests.reading_scores import BAD_INPUT, parts_scores

PARTS = Parts()
STORY = (
    "The council of Marlow Reach voted on Monday to keep the swimming pool open for another two winters, whatever it costs.",
    "Nobody in the hall spoke against the plan, and the clerk had to ask twice whether she had heard that correctly.",
    "The pool was built in 1961 and has been mended four times since, most recently with money from a lottery.",
)


def part_of(line: str, *, at: int = 2) -> str:
    """The part of a line that stands in the story after `at` of its paragraphs."""
    lines = ["Pool to stay open for two more winters", *STORY[:at], line, *STORY[at:]]
    text = "\n\n".join(lines)
    begin = text.index("\n\n" + line) + 2 if at else text.index(line)
    return next(part for start, _, part, _ in PARTS.parts(text) if start >= begin)


PROMO = """\
Read more: The pool that would not close
READ MORE | Inside the pump room
Read also: Who owns the water?
Also read: Ten pools, one lifeguard
See also: How a boiler works
SEE: The plans in full
Related: Library hours cut again
RELATED STORIES
Related articles:
More on this: What the auditors said
More from Marlow Reach: Bandstand to be painted
MORE: Winter timetable for the baths
» Bandstand to be painted green
► Bandstand to be painted green
[Read: Bandstand to be painted green]
(Watch: The mayor's dive)
WATCH: The mayor's dive
Watch | The mayor's dive
Video: The mayor's dive in slow motion
LISTEN: Voices from the changing rooms
Listen to this story (6 min)
Podcast: The Deep End
In pictures: A summer at the pool
PHOTOS: A summer at the pool
Photo gallery: A summer at the pool
Explainer: How chlorine works
Analysis: Why the vote was never close
Opinion: Close it and be done
Quiz: How well do you know your strokes?
Poll: Should the pool stay open?
Live: Follow the budget debate
Follow our live coverage of the budget debate
Timeline: Sixty years of repairs
Exclusive: The letter that saved the pool
Recommended for you: The seal who came to dinner
You might also like: The seal who came to dinner
Don't miss: The seal who came to dinner
Up next: The seal who came to dinner
ICYMI: The seal who came to dinner
In case you missed it: The seal who came to dinner
Sponsored: Tiles that last a lifetime
Sponsored content by Marlow Tiles
Promoted: Tiles that last a lifetime
Partner content: Tiles that last a lifetime
Advertisement
ADVERTISEMENT - SCROLL TO CONTINUE
Advertisement. Story continues below.
Ad
Story continues below advertisement
Article continues below
Continue reading below
(Story continues after the advertisement)
Scroll down for more pictures
Share this article
Share on Facebook
Facebook Twitter WhatsApp Email
Copy link | Print | Email
Comments (14)
Most read
Trending now
Back to top
Follow us on social media
Follow @MarlowEcho for updates
Like us on Facebook
Subscribe now for 3 crowns a month
Become a member and support our work
Support local journalism. Subscribe to the Echo today.
Donate to our winter appeal
Download our free app
Get the Echo app for breaking news alerts
Click here to see the plans
Tap here for the timetable
Visit our website for a full list of opening hours
Got a tip? Email us at desk@echo.example
Do you swim here? Tell us your story.
Have your say: should the pool stay?
What do you think? Leave a comment below
Join the conversation: comment on this story
Contact the reporter at p.moor@echo.example
Take our survey and win a year of free swims
Already a member? Sign in
This is a developing story. Check back for updates.
Lesen Sie auch: Das Bad bleibt offen
Lire aussi : La piscine reste ouverte
Lees ook: Het zwembad blijft open
""".splitlines()

NEWSLETTER = """\
Sign up for our newsletter
Sign up to the Morning Dip, our daily newsletter
Subscribe to our weekly newsletter
Get the best of the Echo in your inbox every morning.
Newsletter: Marlow in five minutes
Want the news first? Subscribe to our morning briefing.
Join our mailing list
Enter your email to receive the Echo's evening digest
The Splash, our sports newsletter: every Friday in your inbox
""".splitlines()

CORRECTION = """\
Correction: An earlier version of this article gave the wrong year.
CORRECTION (March 4): The pool was built in 1961, not 1916.
Clarification: The council pays half of the cost.
Editor's note: The name of the lifeguard has been removed.
Editor’s note: This story has been updated.
This article was amended on 4 March 2026 to correct a date.
This story has been updated to include a comment from the clerk.
An earlier version of this story misspelled the name of the clerk.
(Corrects year in third paragraph)
Update, 5.30pm: This story has been updated with a comment from the mayor.
• This article was amended on 4 March. The pool is in Marlow Reach, not Marlow.
""".splitlines()

CAPTION = """\
The pool on Monday morning. Photo: Jana Weil
The pool on Monday morning. Photograph: Jana Weil/Northwire
The pool on Monday morning. (Photo by Jana Weil)
The pool on Monday morning. (Jana Weil/Northwire)
The pool on Monday morning | Picture: Marlow Council
The pool on Monday morning. File photo
The pool on Monday morning. Image courtesy of Marlow Council
Photo: Jana Weil
Photo by Jana Weil
Picture: Marlow Council
Jana Weil/Northwire
Pictured: the diving board in 1974
""".splitlines()

CREDIT = """\
Additional reporting by Oda Renn
Additional reporting: Oda Renn
Reporting by Oda Renn; editing by P. Moor
(Reporting by Oda Renn in Holm; Editing by Paul Moor)
Oda Renn contributed to this report.
Oda Renn and Paul Moor in Holm contributed reporting.
With files from Northwire
With agencies
Graphics by Oda Renn
Contributing: Oda Renn
NWA
""".splitlines()

STORY_LINES = """\
Related costs rose by a tenth, the treasurer said, and nobody could explain why.
Related companies must say so in their accounts.
Watch officers saw the smoke first.
Watch the water for long enough and you see the leak.
Read the small print and the offer looks different.
Read alone, the sentence sounds like a threat.
Listen to the pumps, the engineer says, and you know when it is time.
Follow the river down and you come to the baths.
Follow-up inspections are due in May.
More on Tuesday than on any other day, the till shows.
More people came than there were chairs.
Sign language interpreters stood on both sides of the stage.
Sign up or stay away, members were told in a letter, and most stayed away.
Subscribers paid for the roof in 1961.
Support for the plan fell by a third.
Share prices fell on the news.
Donations came in from as far away as Holm.
Advertisement revenue has halved since the autumn, according to the accounts.
Click by click, the counter at the gate went up.
Download speeds at the baths are the best in town, swimmers say.
Join the queue at six and you may be in by eight.
Get there early, the clerk advised.
Live crabs were found in the filter.
Opinion in the town is divided.
Analysis of the water took three weeks.
Exclusive clubs have their own pools.
Sponsored swimmers raised 900 crowns.
Photos of the pump room show rust on every pipe.
Pictures hung in the hall: the founders, the first lifeguard, a duck.
Correction of the slope will take a year.
Corrections officers guarded the gate.
Clarification came at noon, in a letter of two lines.
Editing the minutes, the clerk found four mistakes.
Reporting by the inspectors was patchy, the auditor found.
Agencies had looked for a buyer for years.
The newsletter of the swimming club said the vote was a triumph.
Emails between the clerk and the mayor show that both knew.
He contributed to the report that closed the old baths.
Comment was refused by everyone who was asked.
"Sign up for a swim," she said. "You will not regret it."
"Read more, swim more," said the teacher.
Video evidence was not admitted.
Do you swim? Most people in Marlow Reach do not.
This story begins in 1961.
By six the hall was full.
By Monday nothing was left of the snow.
Back to the beginning, then: who ordered the paint?
Share the water or lose it, the engineer warned.
""".splitlines()


@pytest.mark.parametrize("line", PROMO)
def test_promotion_in_its_many_forms(line: str) -> None:
    assert part_of(line) in ("promo", "newsletter")


@pytest.mark.parametrize("line", NEWSLETTER)
def test_newsletters(line: str) -> None:
    assert part_of(line) == "newsletter"


@pytest.mark.parametrize("line", CORRECTION)
def test_corrections(line: str) -> None:
    assert part_of(line, at=3) == "correction"
    assert part_of(line, at=0) == "correction"


@pytest.mark.parametrize("line", CAPTION)
def test_captions(line: str) -> None:
    assert part_of(line) == "caption"


@pytest.mark.parametrize("line", CREDIT)
def test_credits(line: str) -> None:
    assert part_of(line, at=3) == "credit"


@pytest.mark.parametrize("line", STORY_LINES)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_sentences_that_look_like_promotion_stay_in_the_story(line: str, at: int) -> None:
    assert part_of(line, at=at) == "body"


@pytest.mark.parametrize(
    "head",
    [
        "By Oda Renn",
        "BY ODA RENN",
        "By Oda Renn and Paul Moor",
        "By Oda Renn, Science Correspondent",
        "By Oda Renn in Holm",
        "By our local government team",
        "Oda Renn, science correspondent",
        "Oda Renn | Science Editor",
        "Science correspondent Oda Renn",
        "Words: Oda Renn",
        "Story by Oda Renn",
        "Match report by Oda Renn",
        "Echo staff",
        "ECHO NEWSROOM",
        "Staff and agencies",
        "From our correspondent in Holm",
        "Oda Renn",
        "Oda Renn and Paul Moor",
        "2 March 2026",
        "Monday, March 2, 2026 at 6:15 p.m. ET",
        "Published 14:20, 2 March 2026 | Updated 19:05",
        "Last updated 3 hours ago",
        "4 min read",
    ],
)
def test_bylines_and_date_lines(head: str) -> None:
    text = "\n".join(["Pool to stay open for two more winters", "The vote was not close", head, *STORY])
    found = {text[start:end]: part for start, end, part, _ in PARTS.parts(text)}
    assert found[head] == "byline"
    assert found["The vote was not close"] == "standfirst"
    assert found[STORY[0]] == "body"


@pytest.mark.parametrize(
    "dateline",
    [
        "MARLOW REACH —",
        "MARLOW REACH (NWA) —",
        "MARLOW REACH, March 2 (NWA) -",
        "MARLOW REACH, Holm (Northwire) –",
        "Marlow Reach (NWA) --",
        "Marlow Reach, Holm (Northwire) —",
        "HOLM/MARLOW REACH (NWA) -",
        "(NWA) —",
        "MARLOW REACH:",
    ],
)
def test_datelines(dateline: str) -> None:
    text = f"Pool to stay open\n\n{dateline} {STORY[0]}\n\n{STORY[1]}"
    spans = [(text[start:end], part) for start, end, part, _ in PARTS.parts(text)]
    assert spans[1:3] == [(dateline, "dateline"), (STORY[0], "body")]


def test_speakers_of_a_transcript_are_no_places() -> None:
    text = "Talk of the day\n\nPRESENTER: " + STORY[0] + "\n\nMAYOR: " + STORY[1] + "\n\nPRESENTER: " + STORY[2]
    assert [part for *_, part, _ in PARTS.parts(text)] == ["headline", "body", "body", "body"]


def test_titles_listed_under_a_heading_are_promotion_until_the_story_goes_on() -> None:
    text = "\n".join([*STORY[:2], "Related stories", "Bandstand to be painted", "1. Who owns the water?", *STORY[2:]])
    assert [part for *_, part, _ in PARTS.parts(text)] == ["body", "body", "promo", "promo", "promo", "body"]


def test_bullets_above_the_story_are_its_summary_and_bullets_in_it_stay() -> None:
    head = ["Pool to stay open", "- It stays open", "- It costs more", *STORY]
    assert [part for *_, part, _ in PARTS.parts("\n".join(head))][:3] == ["headline", "standfirst", "standfirst"]
    inside = [*STORY, "The plan has three points:", "- more light", "- less noise", "- a new roof", STORY[0]]
    assert {part for *_, part, _ in PARTS.parts("\n".join(inside))} == {"body"}


def test_a_line_that_comes_again_is_layout() -> None:
    text = "\n".join([STORY[0], "Marlow Echo Plus", STORY[1], "Marlow Echo Plus", STORY[2]])
    assert [part for *_, part, _ in PARTS.parts(text)] == ["body", "promo", "body", "promo", "body"]


def test_a_given_headline_is_the_only_one() -> None:
    text = "\n\n".join(["Pool to stay open", *STORY])
    assert next(PARTS.parts(text, "Pool to stay open"))[2:] == ("headline", "given")
    assert next(PARTS.parts(text, "Another headline"))[2] != "headline"


def test_wrapped_lines_make_one_paragraph() -> None:
    text = "\r\n".join(
        ["The council of Marlow Reach voted on Monday to keep the", "swimming pool open for another two winters, whatever",
         "that costs, and to mend its roof before the autumn.", "",
         "Nobody in the hall spoke against the plan, and the clerk", "had to ask twice whether she had heard that correctly,",
         "which she had, and wrote it down in the minutes at once."]
    )  # fmt: skip
    assert [text[start : start + 3] for start, _ in paragraphs(text)] == ["The", "Nob"]


def test_gold_floor() -> None:
    scores = parts_scores(ROOT / "tests/eval/gold/parts.jsonl")
    assert scores["macro_f1"] >= 0.98, scores
    assert scores["promo"] >= 0.98, scores


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_covered_once_and_in_order(text: str) -> None:
    _check_cover(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*PROMO, *CAPTION, *STORY, "", "By Oda Renn"]), st.text(max_size=40)), max_size=9), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_parts_lie_in_the_text_apart_and_hold_every_letter(lines: list[str], end: str) -> None:
    _check_cover(end.join(lines))


def _check_cover(text: str) -> None:
    position = 0
    for start, end, part, rule in PARTS.parts(text):
        assert position <= start < end <= len(text) and part and rule
        assert not text[position:start].strip() and not text[start].isspace() and not text[end - 1].isspace()
        position = end
    assert not text[position:].strip()


def test_a_rule_with_an_unknown_field_is_refused(tmp_path) -> None:
    path = tmp_path / "parts.toml"
    path.write_text('[[rules]]\nid = "x"\npart = "promo"\npattern = "a"\nwher = "head"\n')
    with pytest.raises(ResourceError, match="parts.toml"):
        RuleBook(path)
    path.write_text('[[rules]]\nid = "x"\npart = "advert"\npattern = "a"\n')
    with pytest.raises(ResourceError, match="rule 'x'"):
        RuleBook(path)


def test_the_measure_can_travel_to_another_process() -> None:
    document = Document("a" * 16, 1, "\n\n".join(STORY))
    assert pickle.loads(pickle.dumps(PARTS)).measure([document]) == PARTS.measure([document])  # noqa: S301
