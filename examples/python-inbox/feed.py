"""Items of RSS 2.0 and Atom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"


class NotAFeed(Exception):
    """What was read is neither RSS nor Atom; the text says why."""


@dataclass(frozen=True)
class Item:
    id: str
    """Short, and the same for the same item however often a feed brings it."""
    title: str
    link: str
    published: str
    """In UTC, as ISO 8601: the order of texts is the order of time."""
    tags: tuple[str, ...]


def parse(text: bytes) -> list[Item]:
    """The items of a feed, in its order.

    Raises `NotAFeed`.
    """
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise NotAFeed(f"the input is not XML: {error}") from None
    if root.tag == "rss":
        return list(_rss(root))
    if root.tag == f"{ATOM}feed":
        return list(_atom(root))
    raise NotAFeed(f"the input is neither RSS nor Atom, but <{root.tag}>")


def _rss(root: Element) -> Iterator[Item]:
    for item in root.iterfind("channel/item"):
        link = _text(item, "link")
        tags = [category.text or "" for category in item.iterfind("category")]
        yield _item(_text(item, "guid") or link, _text(item, "title"), link, _text(item, "pubDate"), tags)


def _atom(root: Element) -> Iterator[Item]:
    for entry in root.iterfind(f"{ATOM}entry"):
        links = [link.get("href", "") for link in entry.iterfind(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        link = links[0] if links else ""
        published = _text(entry, f"{ATOM}published") or _text(entry, f"{ATOM}updated")
        tags = [category.get("term", "") for category in entry.iterfind(f"{ATOM}category")]
        yield _item(_text(entry, f"{ATOM}id") or link, _text(entry, f"{ATOM}title"), link, published, tags)


def _item(identity: str, title: str, link: str, published: str, tags: list[str]) -> Item:
    # Feeds that name their items by nothing at all still have titles.
    digest = sha256((identity or title).encode()).hexdigest()
    names = dict.fromkeys(tag.strip().lower() for tag in tags)
    names.pop("", None)
    return Item(digest[:12], " ".join(title.split()) or "(no title)", link, _time(published), tuple(names))


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _time(text: str) -> str:
    """RSS writes dates as letters do, Atom by ISO 8601; what is neither is as old as can be."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "0001-01-01T00:00:00Z"
