"""The commands for people's codes: codebook, codes, train-frames."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")


@click.command("train-frames")
@click.argument("codes", metavar="CODES")
@click.option("--text", "field", metavar="FIELD", default="text", show_default=True, help="The field that holds the text.")
@click.option("--out", metavar="FILE", help="Where to write the model; frames-trained.json by default. A desk uses the one in data/decisions.")
@_JSON
def train_frames(codes: str, field: str, out: str | None, as_json: bool) -> None:
    """Learn frames from hand codes, and say how right that is on texts that the model did not see.

    CODES holds one JSON object a line: a text with 'frames' (a list, empty for none), 'label' (the main frame) or both; if known, 'outlet'
    or 'event', which are also held out as wholes, and 'fold'.
    """
    from nutgraf.cli.progress import progress
    from nutgraf.measures.frames_trained import FILE
    from nutgraf.validate.training import train, write

    with progress() as show:
        made = train(Path(codes), field, show)
    target = Path(out or FILE)
    write(made, target)
    if as_json:
        click.echo(json.dumps(dict(made.model.about), ensure_ascii=False, indent=1))
        return
    for line in made.lines():
        click.echo(line)
    click.echo(f"written: {click.format_filename(target)}; kept as data/decisions/{FILE} a desk's notebooks use it")


@click.group()
def codebook() -> None:
    """Codebooks of your own: what a frame is, and the sentences that show it."""


@codebook.command("new")
@click.argument("name", metavar="ID")
def new(name: str) -> None:
    """Begin a codebook in this desk, as data/decisions/codebooks/ID.toml, with one frame to write over."""
    from datetime import UTC, datetime

    from nutgraf.desk import Desk
    from nutgraf.own_codebooks import begin

    made = begin(Desk.find().codebooks, name, datetime.now(UTC).year)
    click.echo(f"begun: {click.format_filename(made)}")
    click.echo(f"Next: write its frames, the sentences before the cues, then 'nutgraf codebook check {name}'")


@codebook.command("check")
@click.argument("names", metavar="[ID|FILE]…", nargs=-1)
@_JSON
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Read codebooks and try their cues on their own sentences. Exit code 1 when a sentence comes out wrong. All that there are by default."""
    from nutgraf import codebooks
    from nutgraf.desk import Desk
    from nutgraf.own_codebooks import found, looked_at
    from nutgraf.runs.quick import find_root

    root = find_root()
    folder = Desk(Path(root)).codebooks if root else None
    looks = [looked_at(found(name, folder)) for name in names or codebooks.available(folder)]
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in looks], ensure_ascii=False, indent=1))
    else:
        for one in looks:
            click.echo("\n".join(one.lines()))
    sys.exit(1 if any(one.failures for one in looks) else 0)


@click.group()
def codes() -> None:
    """What people coded: take it in, give it out, and see how far they agree."""


_CODEBOOK = click.option("--codebook", "name", metavar="ID", required=True, help="The codebook by which it was coded.")


@codes.command("import")
@click.argument("file", metavar="FILE")
@_CODEBOOK
@click.option("--coder", metavar="NAME", help="Whose codes they are, where a line does not say so.")
def import_(file: str, name: str, coder: str | None) -> None:
    """Take codes in from JSON lines: article_id and frames, label or both. Exit code 1 when a line could not be used."""
    from datetime import UTC, datetime

    from nutgraf import codes as kept
    from nutgraf.coding.articles import CodedArticles
    from nutgraf.desk import Desk
    from nutgraf.exchange import imported

    desk = Desk.find()
    articles = CodedArticles(desk)
    found = imported(Path(file), desk.codebook(name), coder, datetime.now(UTC), articles.newest, articles.length)
    kept.append(desk.codes, found.codes)
    click.echo(f"{len(found.codes):,} codes taken in" + (f"; {len(found.set_aside):,} lines could not be used" if found.set_aside else ""))
    for number, reason in found.set_aside:
        click.echo(f"line {number}: {reason}")
    sys.exit(1 if found.set_aside else 0)


@codes.command("export")
@click.argument("file", metavar="FILE")
@click.option("--codebook", "name", metavar="ID", help="Only codes by this one.")
def export(file: str, name: str | None) -> None:
    """Write codes with their texts as JSON lines, for other tools, for training and for measuring."""
    from nutgraf import codes as kept
    from nutgraf.coding.articles import CodedArticles
    from nutgraf.desk import Desk
    from nutgraf.exchange import exported
    from nutgraf.publish import files

    desk = Desk.find()
    held = kept.current(desk.codes, name)
    lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in exported(held, CodedArticles(desk).texts(held))]
    files.write(Path(file), "".join(lines))
    gone = len(held) - len(lines)
    click.echo(f"{len(lines):,} codes written" + (f"; {gone:,} left out, as this desk no longer has their articles" if gone else ""))


@codes.command("agreement")
@_CODEBOOK
@_JSON
def agreement(name: str, as_json: bool) -> None:
    """How far coders agree: Krippendorff's alpha for each frame and for all, and the texts to talk about."""
    from nutgraf import codes as kept
    from nutgraf.coding.articles import agreement_of
    from nutgraf.desk import Desk

    desk = Desk.find()
    found = agreement_of(kept.current(desk.codes, name), desk.codebook(name))
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(found.lines()))


COMMANDS = (codebook, codes, train_frames)
