"""Rule files of any length, for measuring: all declarations, mixed as an analyst mixes them, and free of mistakes.

In: how many lines. Out: a text of at least so many lines, the same on each call; it checks without a finding. A file
is made of segments of some forty lines each, like the shipped module: inputs, thresholds, formulas, conditions, a
table, worlds, examples. Each segment's names carry its number, and its formulas also look at the segment before it,
so that the graph is one and as deep as the file is long.
"""

from __future__ import annotations

HEAD = """\
# A generated rule file: {lines} lines or a few more.

rules generated "A generated rule file"
  asks "Does it grow, and does the growth earn its keep?"

input price_0   "Share price"   : money per day
input revenue_0 "Revenue, all"  : money per quarter stale after 120 days
metric growth_0 "Growth, all, y/y" = yoy(revenue_0)
pillar scale_0  "Is the whole large enough?"
bull large_0    "It is large" on scale_0
  when revenue_0 > 1bn CNY and drawdown(price_0, 60 days) < 20%
"""

SEGMENT = """
# --- segment {n}: what it sells, what it earns ---------------------------------------------

input revenue_{n}     "Revenue of segment {n}"             : money per quarter
input profit_{n}      "Adjusted EBITA of segment {n}"      : money per quarter
input capex_{n}       "Capex of segment {n}"               : money per quarter stale after 200 days
input use_{n}         "Utilisation of segment {n}"         : percent per quarter between 0% and 100%
input frame_{n}       "What the market sees in it"         : choice of (commerce, cloud, mixed)
input routes_{n}      "Routes to market"                   : set of (shops, models, payments, logistics)
input pledged_{n}     "Whether the plan is pledged"        : flag optional

param strong_{n}      "Growth that counts as strong"       = {rate}%
param thin_{n}        "A thin margin"                      = 5%
  from 2026-01-01 = 4% source "An assumption of this file"

metric growth_{n}     "Growth of segment {n}, y/y"  = yoy(revenue_{n})
metric margin_{n}     "Margin of segment {n}"       = profit_{n} / revenue_{n}  # before tax
metric intensity_{n}  "Capex, of revenue"           = ttm(capex_{n}) / ttm(revenue_{n})
metric lead_{n}       "Growth ahead of the one before" = growth_{n} - growth_{p}
metric payback_{n}    "Revenue added per unit of capex a year earlier"
                      = change(ttm(revenue_{n}), 4) / lag(ttm(capex_{n}), 4)

forecast path_{n} "Revenue of segment {n}, a year" for 3 years
  starts ttm(revenue_{n})
  then previous * (1 + growth_{n} * 0.8 ^ step)

pillar demand_{n}     "Do customers keep coming to segment {n}?"
pillar returns_{n}    "Does segment {n} earn its keep?"

bull strong_growth_{n} "Growth of segment {n} earns a rerating" on demand_{n}, scale_0 weight 3
  when growth_{n} >= strong_{n} and (use_{n} >= 90% or lead_{n} > 2pp)
  because "Revenue grew {{growth_{n}}}, against {{strong_{n}}} asked and {{growth_{p}}} in the segment before."

bull many_routes_{n} "More routes than rivals have" on demand_{n}
  when count(routes_{n}) >= 3 and frame_{n} is cloud and pledged_{n} is not false
  because "{{count(routes_{n})}} routes: {{routes_{n}}}."

bear thin_margin_{n} "Segment {n} builds first and earns later" on returns_{n} weight 2
  applies when intensity_{n} > 5%
  when margin_{n} < thin_{n} for 2 quarters
  because "The margin is {{margin_{n}}}, a year after {{lag(margin_{n}, 4)}}."

bear slower_{n} "Growth of segment {n} slows" on demand_{n} critical
  when growth_{n} - lag(growth_{n}, 1) < -{points}pp for 3 quarters and not payback_{n} > 0.5

verdict outlook_{n} "Outlook of segment {n}" over 2 years
  when demand_{n} is supported and returns_{n} is not undermined   then "Convincing" bullish
       because "Growth of {{growth_{n}}} at a margin of {{margin_{n}}}."
  when slower_{n} or thin_margin_{n}                              then "Doubtful"   bearish
  when path_{n} > 2 * ttm(revenue_{n})                            then "Promising"  bullish
  otherwise                                                       "Open"            neutral

scenario boom_{n} "Segment {n} grows and its margin recovers"
  assume growth_{n} = {boom}%, margin_{n} = 12%

uncertain growth_{n} ~ normal({rate}%, 6pp)

catalyst results_{n} "Results of segment {n}" on 2026-08-27
  expects growth_{n} >= {rate}%

kill ended_{n} "Segment {n} shrinks" by 2028-06-30
  when growth_{n} < -{points}% for 4 quarters

example "segment {n} slows"
  given growth_{n} = -2%, payback_{n} = 0.1, capex_{n} = 3bn CNY
  expect strong_growth_{n} is false
"""


def generate(lines: int) -> str:
    """A rule file of at least so many lines, and not a segment longer."""
    parts = [HEAD.format(lines=lines)]
    count, n = parts[0].count("\n"), 0
    while count < lines:
        n += 1
        segment = SEGMENT.format(n=n, p=n - 1, rate=10 + n % 30, points=1 + n % 4, boom=30 + n % 20)
        parts.append(segment)
        count += segment.count("\n")
    return "".join(parts)
