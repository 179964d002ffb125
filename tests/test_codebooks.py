"""Codebooks: the shipped ones pass their own sentences, broken ones are refused by name, and no text makes them slow."""

from __future__ import annotations

import doctest
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf import codebooks
from nutgraf.errors import MeasureError, ResourceError
from nutgraf.measures.frames import Frames
from nutgraf.phrases import language
from nutgraf.phrases.language import PhraseError, inflections, safe_pattern

GOLD = Path(__file__).parent / "eval" / "gold" / "frames.jsonl"
#: Of 16 positive and 16 near-miss gold sentences each. The cues were written before these were read; at that time recall was
#: 9, 6, 14, 16, 9 and rejection 15, 15, 16, 13, 14, which is the figure to believe for text they never saw.
FLOORS = {
    "conflict": (16, 16), "human_interest": (15, 16), "economic_consequences": (16, 16), "morality": (16, 16),
    "responsibility": (16, 16),
}  # fmt: skip
SENTENCES = [
    (name, frame.id, kind, sentence)
    for name in codebooks.available()
    if not codebooks.load(name).hand_coding_only
    for frame in codebooks.load(name).frames
    for kind, given_sentences in (("example", frame.examples), ("near_miss", frame.near_misses))
    for sentence in given_sentences
]

MINIMAL = """
id = "mini"
name = "Mini"
source = "Nobody (2026)."
version = "1"
[classes]
kin = ["son|daughter", "step-son"]
[[frames]]
id = "quarrel"
label = "Quarrel"
definition = "Two sides quarrel."
questions = ["Do they quarrel?"]
examples = ["They quarrel.", "They quarrelled.", "A quarrel.", "Quarrels all day.", "We quarrel.", "You quarrel."]
near_misses = ["A crossbow quarrel flew.", "Peace.", "Calm.", "Quiet.", "Rest.", "Silence."]
[[frames.cues]]
id = "quarrel"
phrases = ["quarrel+"]
[[frames.exclusions]]
id = "bolt"
phrases = ["crossbow quarrel+"]
"""


def write(folder: Path, text: str) -> codebooks.Codebook:
    path = folder / "mini.toml"
    path.write_text(text, encoding="utf-8")
    return codebooks.read(path)


def find(cue: str, text: str, tmp_path: Path, classes: str = "") -> list[str]:
    """What one cue finds in one sentence."""
    book = write(tmp_path, MINIMAL.replace('phrases = ["quarrel+"]', cue).replace("[classes]", f"[classes]\n{classes}"))
    return [text[hit.start : hit.end] for hit in book.hits([(text, [(0, len(text))])])[0][0]]


def test_docstrings() -> None:
    assert doctest.testmod(language).failed == 0 and doctest.testmod(codebooks).failed == 0


def test_the_policy_frames_are_for_people_alone() -> None:
    book = codebooks.load("policy-frames")
    assert len(book.frames) == len(set(book.frame_ids)) == 15 and book.frame_ids[-1] == "other" and "Boydstun" in book.source
    assert book.hand_coding_only and not any(frame.cues for frame in book.frames)
    assert all(frame.questions and frame.examples for frame in book.frames)
    sentences = [sentence for frame in book.frames for sentence in (*frame.examples, *frame.near_misses)]
    assert len(sentences) == len(set(sentences))
    with pytest.raises(MeasureError, match="for hand coding only"):
        Frames("policy-frames").codebook  # noqa: B018


@pytest.mark.parametrize(("name", "unit"), [("sentence-tone", "sentence"), ("target-tone", "target")])
def test_of_the_codes_of_tone_one_fits_each_text(name: str, unit: str) -> None:
    book = codebooks.load(name)
    assert book.frame_ids == ("hostile", "neutral", "friendly") and book.hand_coding_only and book.is_one and book.unit == unit
    assert all(frame.questions and len(frame.examples) >= 3 and frame.near_misses for frame in book.frames)
    for frame in book.frames:
        assert not set(frame.examples) & set(frame.near_misses)
        others = {sentence for other in book.frames if other is not frame for sentence in other.examples}
        assert not set(frame.examples) & others, "a sentence has one tone"
    assert book.fault_of(["neutral"]) is None and "exactly one of hostile, neutral, friendly, not 2" in book.fault_of(["neutral", "friendly"])
    assert "not 0" in book.fault_of([]) and "no frame 'sad'" in book.fault_of(["sad"])
    generic = codebooks.load("generic-frames")
    assert not generic.is_one and generic.unit == "article" and generic.fault_of([]) is None and generic.fault_of(["conflict", "morality"]) is None


def test_a_choice_or_unit_is_one_that_is_known_and_stands_beside_no_cues(tmp_path: Path) -> None:
    by_hand = MINIMAL.split("[[frames.cues]]")[0].replace('id = "mini"', 'id = "mini"\nhand_coding_only = true')
    assert write(tmp_path, by_hand.replace("hand", 'choice = "one"\nunit = "sentence"\nhand', 1)).is_one
    for line, reason in (('choice = "two"', "its choice 'two' is not known"), ("unit = 3", "its unit 3 is not known")):
        with pytest.raises(ResourceError, match=reason):
            write(tmp_path, by_hand.replace("hand", f"{line}\nhand", 1))
    with pytest.raises(ResourceError, match="a choice or a unit of its own and cues"):
        write(tmp_path, MINIMAL.replace('id = "mini"', 'id = "mini"\nchoice = "one"', 1))


def test_there_is_the_generic_codebook() -> None:
    book = codebooks.load("generic-frames")
    assert book.frame_ids == tuple(FLOORS)
    assert all(len(frame.questions) == 3 for frame in book.frames)
    assert "Semetko" in book.source


@pytest.mark.parametrize(("name", "frame", "kind", "sentence"), SENTENCES)
def test_every_sentence_that_ships_passes(name: str, frame: str, kind: str, sentence: str) -> None:
    book = codebooks.load(name)
    found = [(hit.cue, sentence[hit.start : hit.end]) for hit in book.hits([(sentence, [(0, len(sentence))])])[0][0] if hit.frame == frame]
    assert bool(found) == (kind == "example"), f"{frame}: {found or 'no cue'}"


@pytest.mark.parametrize("frame", FLOORS)
def test_gold_floor(frame: str) -> None:
    book = codebooks.load("generic-frames")
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    mine = [row for row in rows if row["frame"] == frame]
    found = sum(frame in book.frames_of(row["text"]) for row in mine if row["label"] == "positive")
    kept_out = sum(frame not in book.frames_of(row["text"]) for row in mine if row["label"] == "near_miss")
    assert (found, kept_out) >= FLOORS[frame] and kept_out >= FLOORS[frame][1]


def test_check_names_the_sentences_that_fail(tmp_path: Path) -> None:
    book = write(tmp_path, MINIMAL.replace('"We quarrel."', '"We sing."').replace('"Peace."', '"No quarrel."'))
    assert [(f.kind, f.sentence) for f in book.check()] == [("example", "We sing."), ("near_miss", "No quarrel.")]


@pytest.mark.parametrize(
    ("cue", "text", "expected"),
    [
        ('phrases = ["accuse+"]', "Accused of accusing, the accuser accuses.", ["Accused", "accusing", "accuses"]),
        ('phrases = ["hypocri*"]', "Hypocrisy!", ["Hypocrisy"]),
        ('phrases = ["row|spat over"]', "A “row” over a spat, over.", ["row” over", "spat, over"]),
        ('phrases = ["fell_ill|died in_may"]', "She fell ill in May.", ["fell ill in May"]),
        ('phrases = ["her ..1 {kin}"]', "Her late step-son and her very own daughter.", ["Her late step-son"]),
        ('phrases = ["stand-off"]', "The stand off, a stand-off.", ["stand off", "stand-off"]),
        ('phrases = ["cut ..2 jobs"]', "They cut 200 good jobs and cut more than two hundred jobs.", ["cut 200 good jobs"]),
        ('phrases = ["lose+ $#|#"]', "Losing £3m, loses 4,000.", ["Losing £3m", "loses 4,000."]),
        ('phrases = ["little @name"]', "Little Ana, little boats.", ["Little Ana"]),
        ('phrases = ["city\'s fault"]', "The city’s fault.", ["city’s fault"]),
        ('phrases = ["won\'t pay"]', "We won’t pay.", ["won’t pay"]),
        ('phrases = ["virtue"]\nlower = true', "The Virtue brothers praise virtue.", ["virtue"]),
        ('phrases = ["virtue"]\nlower = true', "Virtue pays.", ["Virtue"]),
        ('phrases = ["virtue"]\nlower = true', "Mayor Praises Virtue Of Patience", ["Virtue"]),
        ('phrases = ["solution"]\nwith = ["problem+"]', "A solution to problems.", ["solution"]),
        ('phrases = ["solution"]\nwith = ["problem+"]', "A salt solution.", []),
        ('phrases = ["block+"]\nunless = ["snow"]', "Roads blocked by snow.", []),
        ('phrases = ["block+"]\nweight = 0.5', "Roads blocked.", []),
        ('pattern = "\\\\b[A-Z]{3}\\\\b"', "The ABC and abc.", ["ABC"]),
        ('phrases = ["quarrel+"]', "A crossbow quarrel in a quarrel.", ["quarrel"]),
    ],
)
def test_what_a_cue_finds(cue: str, text: str, expected: list[str], tmp_path: Path) -> None:
    assert find(cue, text, tmp_path) == expected


def test_two_light_cues_make_a_frame(tmp_path: Path) -> None:
    text = MINIMAL.replace('phrases = ["quarrel+"]', 'phrases = ["quarrel+"]\nweight = 0.5\n[[frames.cues]]\nid = "shout"\nphrases = ["shout+"]\nweight = 0.5')
    book = write(tmp_path, text)
    assert book.frames_of("A quarrel, then shouting.") == {"quarrel"}
    assert book.frames_of("A quarrel, a quarrel, a quarrel.") == set()


def test_offsets_hold_where_small_letters_are_longer(tmp_path: Path) -> None:
    text = "İİİİ They quarrel in İstanbul."
    assert find('phrases = ["quarrel in"]', text, tmp_path) == ["quarrel in"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace('definition = "Two sides quarrel."\n', ""), "mini.toml, frame 'quarrel': lacks its definition"),
        (lambda t: t.replace('"Two sides quarrel."', '" "'), "frame 'quarrel': lacks its definition"),
        (lambda t: t.replace('questions = ["Do they quarrel?"]\n', ""), "frame 'quarrel': lacks its questions"),
        (lambda t: t.replace('"They quarrel.", ', ""), "frame 'quarrel': has 5 examples, 6 needed"),
        (lambda t: t.replace('"Peace.", ', ""), "frame 'quarrel': has 5 near_misses, 6 needed"),
        (lambda t: t.split("[[frames.cues]]")[0], "frame 'quarrel': has no cues"),
        (lambda t: t.replace('["quarrel+"]\n[', '["{nobody}"]\n['), "cue 'quarrel': no class {nobody}"),
        (lambda t: t.replace('"step-son"', '"{kin}"').replace('["quarrel+"]\n[', '["{kin}"]\n['), "class {kin} holds itself"),
        (lambda t: t.replace('["quarrel+"]\n[', '["quar(rel"]\n['), "cannot be read: 'quar(rel'"),
        (lambda t: t.replace('["quarrel+"]\n[', '["..3 quarrel"]\n['), "begins or ends with a gap"),
        (lambda t: t.replace('["quarrel+"]\n[', '["so ..9 quarrel"]\n['), "a gap spans 1 to 8 words"),
        (lambda t: t.replace('["quarrel+"]\n[', '["a ..6 b ..6 c ..6 d"]\n['), "gaps multiply to more than 100 ways"),
        (lambda t: t.replace('phrases = ["quarrel+"]\n[', 'pattern = "(a+)+b"\n['), "without an upper bound"),
        (lambda t: t.replace('phrases = ["quarrel+"]\n[', 'pattern = "(a{0,20}){0,20}b"\n['), "could take too long"),
        (lambda t: t.replace('phrases = ["quarrel+"]\n[', 'pattern = "a("\n['), "cue 'quarrel': pattern cannot be read"),
        (lambda t: t.replace('phrases = ["quarrel+"]\n[', 'pattern = "a?"\n['), "matches the empty text"),
        (lambda t: t.replace('phrases = ["quarrel+"]\n[', "[", 1), "needs either phrases or a pattern"),
        (lambda t: t.replace('["quarrel+"]\n[', '["quarrel+"]\nweight = 2\n['), "its weight 2 cannot be used"),
        (lambda t: t.replace('["quarrel+"]\n[', '["quarrel+"]\nwieght = 1\n['), "unknown key 'wieght'"),
        (lambda t: t.replace('id = "mini"', 'id = "maxi"'), "its id is 'maxi'"),
        (lambda t: t.replace('id = "quarrel"\nlabel', 'id = "Quarrel!"\nlabel'), "its id 'Quarrel!' cannot be used"),
        (lambda t: t.split("[[frames]]")[0], "has no frames"),
        (lambda t: t + t[t.index("[[frames]]") :], "has the frame 'quarrel' twice"),
        (lambda t: "id = ", "mini.toml: cannot be read"),
        (lambda t: t.replace('id = "mini"', 'id = "mini"\nhand_coding_only = true'), "has cues in a codebook for hand coding only"),
    ],
)  # fmt: skip
def test_a_broken_codebook_is_refused(change: Callable[[str], str], message: str, tmp_path: Path) -> None:
    with pytest.raises(ResourceError) as refused:
        write(tmp_path, change(MINIMAL))
    assert message in str(refused.value)
    assert refused.value.mend and "mini.toml" in str(refused.value)


def test_a_codebook_for_hand_coding_needs_no_examples(tmp_path: Path) -> None:
    text = MINIMAL.split("[[frames.cues]]")[0].replace('id = "mini"', 'id = "mini"\nhand_coding_only = true')
    lines = [line for line in text.splitlines() if not line.startswith(("examples", "near_misses"))]
    assert write(tmp_path, "\n".join(lines)).hand_coding_only


def test_an_unknown_codebook_is_refused() -> None:
    with pytest.raises(ResourceError, match="no such codebook: 'moral'.*Known: generic-frames, policy-frames"):
        codebooks.load("moral")


def test_forms() -> None:
    assert {"slam", "slams", "slammed", "slamming"} <= inflections("slam")
    assert {"tax", "taxes", "taxed", "taxing"} <= inflections("tax")
    assert {"blame", "blames", "blamed", "blaming"} <= inflections("blame")


@pytest.mark.parametrize("pattern", [r"(\w{1,30} ){1,30}x", r"(a|aa){1,30}b", r"(.)\1", "a{2,}", ".{0,200}.{0,200}b"])
def test_patterns_that_could_explode_are_refused(pattern: str) -> None:
    with pytest.raises(PhraseError):
        safe_pattern(pattern)


@pytest.mark.parametrize("text", ["the government " * 4000, "a" * 60_000, "Had " + "x," * 30_000, ", 3" * 20_000, "his “" * 20_000])
def test_no_text_is_slow(text: str) -> None:
    """60,000 characters without a full stop: as one sentence, in seconds on a busy machine."""
    book, started = codebooks.load("generic-frames"), time.process_time()
    book.hits([(text, [(0, len(text))])])
    assert time.process_time() - started < 10


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from("The government must act , said critics ; “ accused her son ’s £3m cost it was wrong to. İ".split()), max_size=40))
def test_cues_lie_in_their_sentence_and_apart(words: list[str]) -> None:
    text = " ".join(words)
    middle = len(text) // 2
    halves = [(0, middle), (middle, len(text))]
    for (start, end), hits in zip(halves, codebooks.load("generic-frames").hits([(text, halves)])[0], strict=True):
        assert all(start <= hit.start < hit.end <= end for hit in hits)
        for frame in {hit.frame for hit in hits}:
            mine = sorted((hit.start, hit.end) for hit in hits if hit.frame == frame)
            assert all(a[1] <= b[0] for a, b in zip(mine, mine[1:], strict=False))
