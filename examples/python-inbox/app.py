"""An inbox for feeds: a program for `larder run`."""

import argparse
import sys

from componentize_py_types import Err
from wit_world import exports

import feed
import inbox
from larder_guest import LarderError, Store

# A feed is some hundred kilobytes; the memory of an instance is bounded.
MOST_BYTES = 8 << 20


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inbox", description="Keeps the items of feeds until they are read.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="take the items of an RSS or Atom feed from standard input")
    listing = commands.add_parser("list", help="show what is unread, the newest first")
    listing.add_argument("--tag", help="only items with this tag")
    listing.add_argument("--limit", type=int, default=20, help="show at most so many (20)")
    reading = commands.add_parser("read", help="mark items as read")
    reading.add_argument("id", nargs="+")
    commands.add_parser("tags", help="show how many unread items each tag has")
    return parser


# Made while the component is built, with its help as a trial: a component has no modules to import but those that were
# imported by then.
PARSER = arguments()
PARSER.format_help()


def run(options: argparse.Namespace) -> None:
    store = Store.open()
    match options.command:
        case "add":
            text = sys.stdin.buffer.read(MOST_BYTES + 1)
            if len(text) > MOST_BYTES:
                raise feed.NotAFeed(f"the input has more than {MOST_BYTES} bytes")
            added = inbox.add(store, feed.parse(text))
            print(f"{added.new} new, {added.changed} changed, {added.known} known")
        case "list":
            for _, item in zip(range(options.limit), inbox.unread(store, options.tag)):
                print(f"{item['id']}  {item['published'][:10]}  {item['title']}")
        case "read":
            if missing := inbox.mark_read(store, options.id):
                raise LookupError(f"there is no item {', '.join(missing)}: `list` shows the ids")
        case "tags":
            for tag, count in inbox.tags(store):
                print(f"{count:5}  {tag}")


class Run(exports.Run):
    def run(self) -> None:
        try:
            run(PARSER.parse_args(sys.argv[1:]))
        except (LarderError, feed.NotAFeed, LookupError) as error:
            print(f"inbox: {error}", file=sys.stderr)
            raise Err(None) from None
        except SystemExit as leaving:
            # `argparse` has said what it has to say.
            if leaving.code:
                raise Err(None) from None
