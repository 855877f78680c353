"""The page around a report that is watched: it shows the newest report in a frame, and over it what is wrong.

In: nothing. Out: the page, and the policies of both. Must not know what a report says: findings are set as plain text.

The report itself stays as it would be saved: no script runs in it, since it says so itself and the frame does not let it.
"""

from __future__ import annotations

import base64
import hashlib

_SCRIPT = """
const frame = document.querySelector("iframe"), box = document.querySelector("section"), list = box.querySelector("pre");
const state = document.querySelector("p"); let shown = -1, at = 0, hash = "";
frame.addEventListener("load", () => {
  const inner = frame.contentWindow;
  if (!inner || shown < 0) return;
  document.title = inner.document.title || "thesis";
  inner.scrollTo(0, at);
  for (const link of inner.document.querySelectorAll('a[href^="http"]')) { link.target = "_blank"; link.rel = "noopener noreferrer"; }
});
function show(now) {
  list.textContent = now.findings.join("\\n\\n");
  box.hidden = !now.findings.length;
  box.className = now.broken ? "broken" : "";
  state.textContent = now.broken ? (now.version ? "Below is the last report that could be made." : "No report could be made yet.") : "";
  if (now.version && now.version !== shown) {
    try { at = frame.contentWindow.scrollY; hash = frame.contentWindow.location.hash; } catch { at = 0; }
    shown = now.version;
    frame.contentWindow.location.replace("report?" + now.version);
  }
}
const events = new EventSource("events");
events.onmessage = event => show(JSON.parse(event.data));
events.onerror = () => { state.textContent = "thesis has stopped: this page is no longer kept up to date."; box.hidden = false; };
events.onopen = () => { state.textContent = ""; };
"""

_STYLE = """
html, body { height: 100%; margin: 0; } body { display: flex; flex-direction: column; font: 14px/1.45 Arial, sans-serif; }
iframe { flex: 1; border: 0; width: 100%; background: #fff; }
section { max-height: 45%; overflow: auto; padding: 10px 16px; background: #f6ecd2; color: #1b2127; border-bottom: 3px solid #7c570c; }
section.broken { background: #f6e5e2; border-color: #9c3a31; } p { margin: 0 0 6px; font-weight: 700; } p:empty { display: none; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.4 ui-monospace, Menlo, Consolas, monospace; }
"""


def _hashed(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"


POLICY = (
    f"default-src 'none'; script-src {_hashed(_SCRIPT)}; style-src {_hashed(_STYLE)}; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser lets this page do: run its own script, which asks this server alone."""
REPORT_POLICY = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
"""What it lets the report do beyond what the report says itself: nothing."""

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>thesis</title><style>{_STYLE}</style></head>
<body><section role="status" aria-live="polite" hidden><p></p><pre></pre></section>
<iframe title="Report" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
<script>{_SCRIPT}</script></body></html>
"""
