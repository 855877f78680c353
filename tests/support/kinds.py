"""Rules and facts with a name of every kind, about an invented company."""

from __future__ import annotations

KINDS = """\
rules kinds "A name of every kind" asks "Does it work?"
input growth "Growth" : percent per quarter between -100% and 1000%
input sales "Sales" : money per quarter
input debt "Debt" : money per quarter balance
input price "Price" : money per day
input multiple_paid "What is paid" : multiple
input stores "Stores" : count
input index "An index" : number
input audited "Audited" : flag
input since "Founded" : date
input region "Region" : choice of (europe, asia)
input markets "Markets" : set of (europe, america, asia)
input auditor "Auditor" : text
input missing_one "Nobody knows" : percent optional
input rough "Only roughly known" : percent
input least "Bounded below" : percent
param enough "Growth that is enough" = 10%
metric doubled "Twice the growth" = 2 * growth
metric turnover "Sales for each unit of debt" = sales / debt
metric change "Change of growth" = change(growth, 1)
forecast path "Sales to come" : money for 2 years
  starts 10bn CNY then previous * 110%
pillar demand "Is there demand?"
pillar money "Is there money?"
bull growing "It grows" on demand when growth > enough because "Growth is {growth}."
bull large "It is large" on money when sales > 1bn CNY
bear unclear "It may be thin" on money when rough < 10%
bear young "It is young" on demand applies when audited is false when stores < 5
kill gone "It is gone" when growth < -50%
scenario slump "A slump" probability 20% assume growth = -20%
verdict call "The call"
  when growing and large then "Buy" bullish because "It grows {growth}."
  otherwise "Wait" neutral
verdict thin "Is it thin?"
  when unclear then "Thin" bearish
  otherwise "Sound" bullish
"""

_ROWS = """\
  growth:
    - {period: 2025-09-30, value: 8%, published: 2025-10-30, kind: reported, source: "Results"}
    - {period: 2026-03-31, value: 12%, published: 2026-04-30, kind: reported, source: "Results", url: "https://example.org/q"}
  sales:
    - {period: FY2026, value: 9bn, published: 2026-04-30, kind: reported, source: "Annual report"}
    - {period: 2026-03-31, value: 2.5bn, published: 2026-04-30, kind: reported, source: "Results", note: "rounded"}
  debt:
    - {period: 2026-03-31, value: 5bn, published: 2026-04-30, kind: reported, source: "Results"}
  price:
    - {date: 2026-05-12, value: 99.5 CNY, published: 2026-05-12, kind: reported, source: "Exchange"}
    - {date: 2026-05-13, value: 101 CNY, published: 2026-05-13, kind: reported, source: "Exchange"}
  multiple_paid:
    - {date: 2026-05-13, value: 22x, published: 2026-05-13, kind: estimate, source: "A broker"}
  stores:
    - {date: 2026-03-31, value: 12, published: 2026-04-30, kind: reported, source: "Results"}
  index:
    - {date: 2026-03-31, value: 1.5, published: 2026-04-30, kind: reported, source: "Results"}
  audited:
    - {date: 2026-03-31, value: yes, published: 2026-04-30, kind: reported, source: "Results"}
  since:
    - {date: 2026-03-31, value: 1999-04-04, published: 2026-04-30, kind: reported, source: "Results"}
  region:
    - {date: 2026-03-31, value: asia, published: 2026-04-30, kind: reported, source: "Results"}
  markets:
    - {date: 2026-03-31, value: [europe, asia], published: 2026-04-30, kind: reported, source: "Results"}
  auditor:
    - {date: 2026-03-31, value: "Sums & Sons", published: 2026-04-30, kind: reported, source: "Results"}
  rough:
    - {date: 2026-03-31, value: between 5% and 15%, published: 2026-04-30, kind: claim, source: "Call"}
  least:
    - {date: 2026-03-31, value: at least 100%, published: 2026-05-20, kind: claim, source: "Call"}
    - {date: 2025-12-31, value: at least 80%, published: 2026-02-20, kind: claim, source: "Call"}
"""
KINDS_FACTS = f'name: "Every Kind"\nticker: KIND\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts:\n{_ROWS}'
