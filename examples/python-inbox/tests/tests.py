"""Tests of the inbox: `larder test inbox.wasm --tests inbox_tests.wasm`."""

from componentize_py_types import Err
from wit_world import WitWorld as World
from wit_world.imports import kit
from wit_world.imports.kit import Fault

from larder_guest import Store

FEED = b"""<rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>First</title><pubDate>Tue, 24 Nov 2026 23:30:00 GMT</pubDate><category>wasm</category></item>
<item><guid>2</guid><title>Second</title><pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate></item>
</channel></rss>"""


def check(holds: bool, text: str) -> None:
    if not holds:
        raise Err(text)


def run(*arguments: str, stdin: bytes = b"", status: int = 0) -> str:
    """Run the plugin, and answer what it printed."""
    ended = kit.run(list(arguments), stdin)
    check(ended.status == status, f"{arguments} ended with {ended.status}: {ended.errors.decode()}")
    return ended.output.decode()


def entries() -> int:
    return Store.open().count()


class WitWorld(World):
    def test_an_item_is_kept_once(self) -> None:
        check(run("add", stdin=FEED) == "2 new, 0 changed, 0 known\n", "the items were not taken")
        check(run("add", stdin=FEED) == "0 new, 0 changed, 2 known\n", "the items were taken twice")
        lines = run("list").splitlines()
        check([line.split()[-1] for line in lines] == ["Second", "First"], f"they are in another order: {lines}")

    def test_a_full_store_keeps_what_it_had(self) -> None:
        run("add", stdin=FEED)
        before = entries()
        kit.fail("batch.*", 1, Fault.QUOTA_EXCEEDED)
        run("add", stdin=FEED.replace(b"First", b"1st"), status=1)
        check(entries() == before, "something was written")
        check("First" in run("list"), "the old title is gone")

    def test_a_conflict_is_tried_again(self) -> None:
        kit.fail("transactions.commit", 1, Fault.CONFLICT)
        run("add", stdin=FEED)
        commits = [call.outcome for call in kit.log() if call.function == "transactions.commit"]
        check(commits == ["conflict", "ok"], f"it committed so: {commits}")
        check(entries() == 5, f"{entries()} entries are there")
