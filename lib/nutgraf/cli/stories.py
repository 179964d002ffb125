"""The command ``nutgraf story``: which articles tell of one event, and what people say of that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from nutgraf.errors import UsageError
from nutgraf.numbers import counted

if TYPE_CHECKING:
    from nutgraf.desk import Desk

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")
_WHO = click.option("--who", metavar="NAME", required=True, help="Who says so.")
_WHY = click.option("--why", metavar="TEXT", required=True, help="Why; kept with it.")
_NOT_DONE = "nothing was written"


@click.group()
def story() -> None:
    """Stories: which articles tell of one event, and what you say of it."""


@story.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """The stories of this desk, the largest first. They are grouped anew first where articles or decisions are."""
    from nutgraf.desk import Desk

    desk = Desk.find()
    _group(desk)
    found = _stories(desk)
    if as_json:
        click.echo(json.dumps([{"story": name, **about} for name, about in found.items()], ensure_ascii=False, indent=1, default=str))
        return
    for name, about in found.items():
        outlets = counted(len({row["outlet"] for row in about["articles"]}), "outlet")
        told = "  (a person joined or kept apart)" if about["by_person"] else ""
        click.echo(f"{name}  {counted(len(about['articles']), 'article')}, {outlets}{told}")
        for row in about["articles"]:
            outlet, headline = row["outlet"] or "outlet unknown", row["headline"] or "no headline"
            click.echo(f"  {row['article_id']}  {row['published_on'] or 'no date'}  {outlet}: {headline}")
    if not found:
        click.echo("no two articles of this desk tell of one event")


@story.command("join")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE…")
@_WHO
@_WHY
def join(articles: tuple[str, ...], who: str, why: str) -> None:
    """Say that articles tell of one event: two or more ids, or beginnings of them."""
    from nutgraf.compare.story_decisions import JOIN
    from nutgraf.desk import Desk

    desk = Desk.find()
    wanted = _known(desk, articles)
    if len(wanted) < 2:
        raise UsageError("a story needs two articles", mend="name two or more", not_done=_NOT_DONE)
    _say(desk, JOIN, wanted, [], who, why)
    click.echo(f"joined: {', '.join(wanted)}; reports follow with the next run")


@story.command("split")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE…")
@click.option("--story", "name", metavar="STORY", help="The story that they are taken out of; by default the one they are in.")
@_WHO
@_WHY
def split(articles: tuple[str, ...], name: str | None, who: str, why: str) -> None:
    """Say that articles tell of another event than the others of their story; they stay together."""
    from nutgraf.compare.story_decisions import SPLIT
    from nutgraf.desk import Desk

    desk = Desk.find()
    wanted = _known(desk, articles)
    _group(desk)
    held = {one: {row["article_id"] for row in about["articles"]} for one, about in _stories(desk).items()}
    inside = {one for one, members in held.items() if members & set(wanted)} if name is None else {name}
    if name is not None and name not in held:
        raise UsageError("no such story", where=name, mend="see 'nutgraf story list'", not_done=_NOT_DONE)
    if len(inside) != 1:
        reason = "these articles are in no story" if not inside else "these articles are in several stories"
        raise UsageError(reason, mend="see 'nutgraf story list', and name one with --story", not_done=_NOT_DONE)
    members = held[inside.pop()]
    others = sorted(members - set(wanted))
    if not set(wanted) <= members:
        raise UsageError("not all of these articles are in that story", mend="see 'nutgraf story list'", not_done=_NOT_DONE)
    if not others:
        raise UsageError("these are all articles of the story, so nothing would be left of it", mend="name some of them", not_done=_NOT_DONE)
    _say(desk, SPLIT, wanted, others, who, why)
    click.echo(f"split: {', '.join(wanted)} from {counted(len(others), 'other article')}; reports follow with the next run")


def _known(desk: Desk, articles: Sequence[str]) -> list[str]:
    from nutgraf.cli.showing import look

    found = [look(desk, one)["article"] for one in articles]
    for one in found:
        if one["status"] != "kept":
            mend = "name articles that are kept; see 'nutgraf story list'"
            raise UsageError(f"this article is set aside: {one['status_reason']}", where=one["article_id"], mend=mend, not_done=_NOT_DONE)
    return list(dict.fromkeys(one["article_id"] for one in found))


def _say(desk: Desk, what: str, articles: Sequence[str], others: Iterable[str], who: str, why: str) -> None:
    from datetime import UTC, datetime

    from nutgraf.compare import story_decisions

    if not who.strip() or not why.strip():
        raise UsageError("--who and --why must say something", mend="say who decided, and why", not_done=_NOT_DONE)
    with desk.store.lock("nutgraf story"):
        story_decisions.said(desk.decisions)  # a line that cannot be read is told before another is added
        story_decisions.say(desk.decisions, what, articles, list(others), who.strip(), why.strip(), datetime.now(UTC))


def _group(desk: Desk) -> None:
    from nutgraf.cli.progress import progress
    from nutgraf.measuring import Registry
    from nutgraf.stories import bring_up_to_date

    with desk.store.lock("nutgraf story"), progress() as show:
        bring_up_to_date(desk, Registry(desk.measure_options), progress=show)


def _stories(desk: Desk) -> dict[str, dict[str, Any]]:
    """By name the articles of each story, the first published first, and whether people had a say."""
    from nutgraf.findings.tables import days

    rows = [row for row in desk.store.read("clusters").to_pylist() if row["kind"] == "story"]
    columns = ["article_id", "version", "outlet", "headline", "published_at"]
    frame = desk.articles(columns).to_pandas()
    frame = frame.assign(published_on=days(frame["published_at"], desk.settings.timezone)).astype(object)
    frame = frame.where(frame.notna(), None)
    about = {(row["article_id"], row["version"]): row for row in frame.to_dict("records")}
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["version"]):
        one = found.setdefault(row["cluster_id"], {"by_person": False, "articles": {}})
        one["by_person"] |= row["rule"] == "person"
        own = about[row["article_id"], row["version"]]
        shown = {name: own[name] for name in ("article_id", "outlet", "headline", "published_on")}
        one["articles"][row["article_id"]] = {**shown, "likeness": row["similarity"]}
    for one in found.values():
        one["articles"] = sorted(one["articles"].values(), key=lambda row: (row["published_on"] or "~", row["article_id"]))
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]["articles"]), item[0])))


COMMANDS = (story,)
