"""What careless colleagues, data vendors and strangers put into files, names and arguments: pieces for generators; and
the law that every command keeps, whatever it is given."""

from __future__ import annotations

import re
from random import Random

from dsl.text.hidden import HIDDEN
from evaluator.commands.talk import BUG
from tests.support.command_line import Ran, whatever_happens

HIDDEN_TEXTS = (
    "a\u202eb", "\x1b[31mred\x1b[0m", "\x9b31m", "soft\u00adhyphen", "zero\u200bwidth", "join\u200der", "mark\u061c", "fill\u3164er",
    "tag\U000e0041", "\ufeffbom", "bell\x07", "half\ud800", "del\x7f", "line\u2028end", "c1\x85next",
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "\t", "a\nb", "'", '"', "`", "{", "}", "{{7*7}}", "{growth}", "<script>alert(1)</script>", "=1+1", "+1", "@x", "a;=1+1",
    "a\t=cmd()", "|x|", "../../etc/passwd", "/", "//", ".", "..", "-", "--", "~", "~$x", "*", "%s", "%n", "\\", "\\\\", "CON", "NaN", "nan",
    "None", "null", "true", "yes", "y", "[a, b]", "[]", "é", "成長", "🙂", "x" * 300, "x" * 5_000, "a b c", "#", "# x", ":", ": ", "- ", "&a", "*a",
    "!x", "!!python/object:os.system", "%YAML 1.1", "---", "...", "1 2", "javascript:alert(1)", "https://example.org/?a=b&c=d",
    "data:text/html,x", "file:///etc/passwd",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "1", "1.5", "12%", "1e400", "1e-400", "1e308", "-1e308", "9" * 400, "9" * 5_000, "0." + "0" * 400 + "1", "1e999999999",
    "1e-999999999", "١٢", "１２", "१२%", "1_000", "0x10", "1,234.5", "1.234,5", "1'234", "(12)", "-(12)", "1-2", "+5", "--5", "5 %", "5%%", "5pp",
    "5 bps", "3x", "5bn", "5 bn CNY", "5bn USD", "5 usd", "$5", "€5", "5m5", ".5", "5.", "1/2", "½", "∞", "inf", "-inf", "n/a", "-", "unknown",
    "at least 5%", "at most 5", "between 5% and 1%", "between 1 and 2", "about 5% within 1pp", "about 5%", "~5", "12:30", "1.5.2",
)  # fmt: skip
DAYS = (
    "2026-03-31", "2026-02-30", "0001-01-01", "0000-00-00", "9999-12-31", "1899-12-31", "1900-01-01", "2200-12-31", "2201-01-01",
    "20260331", "2026-W13", "2026-W18-1", "2026-090", "31.03.2026", "03/31/2026", "٢٠٢٦-٠٣-٣١", "2026-3-31", "2026-03-31T00:00", "46000", "today",
    "2026-03", "-2026-03-31", "+2026-03-31", " 2026-03-31", "FY2026", "Q3 FY2026", "Q5 FY2026", "FY0001", "FY9999", "FY٢٠٢٦", "9M 2025-12-31",
    "99M 2025-12-31", "TTM 2025-09-30", "TTM 0001-01-01", "YTD 9999-12-31", "YTD 1900-01-01", "H1 FY1900", "FY1900", "Q1 FY2200", "24M 1900-01-31",
)  # fmt: skip

# A screen may get the colours that the program itself gives, and no other sign that is not seen.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def something(random: Random) -> str:
    """A text that somebody might put anywhere."""
    return random.choice(random.choice((HIDDEN_TEXTS, ODD_TEXTS, NUMBERS, DAYS)))


def keeps_the_law(*args: str, steered: bool = False) -> Ran:
    """Runs a command: it ends with 0, 1 or 2, never in a mistake of ours, and shows nothing that is not seen.
    `steered`: its product is a text that may hold what steers a terminal (a page on its way into a file)."""
    ran = whatever_happens(*args)
    assert ran.status in (0, 1, 2), (args, ran)
    assert BUG not in ran.err, (args, whatever_happens("--debug", *args).err)
    assert "Traceback" not in ran.err, (args, ran.err)
    assert ran.status == 0 or ran.err or ran.out, args
    for text in (ran.err, "" if steered else ran.out):
        found = HIDDEN.search(_COLOUR.sub("", text))
        assert found is None, (args, text[max(found.start() - 100, 0) : found.end() + 100])
    return ran
