// The bundle of the extension against the real server: only VS Code itself is played. `THESIS_COMMAND` is how the program is started, as JSON.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const Module = require("node:module");
const { make, Document } = require("./vscode");

const RULES = `thesis small "Small"
  for ACME
input revenue "Revenue" : money per quarter
param strong "What counts as strong" = 20%
  source "The plan"
metric growth "Growth" = yoy(revenue)
pillar demand "Is there demand?"
bull grows "It grows" on demand
  when growth > strong
  because "It grows by {growth}."
verdict call "The call"
  when demand is supported then "Buy" bullish
  otherwise "Wait" neutral
example "it grows"
  given growth = 30%
  expect grows is true
# for ACME as of 2026-05-14
`;
const FACTS = `name: Acme, an invented company
ticker: ACME
currency: USD
fiscal_year_ends: 12-31
facts:
  revenue:
    - {period: 2025-03-31, value: 100m, published: 2025-04-20, kind: reported, source: "invented"}
    - {period: 2026-03-31, value: 138m, published: 2026-04-20, kind: reported, source: "invented"}
`;

const until = async (wanted, what) => {
  for (let n = 0; n < 600; n++) {
    const found = await wanted();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came: ${what}`);
};

/** The extension in a VS Code of its own. */
function loaded(vscode) {
  const load = Module._load;
  Module._load = (name, ...more) => (name === "vscode" ? vscode : load(name, ...more));
  delete require.cache[require.resolve("../dist/extension")];
  try {
    return require("../dist/extension");
  } finally {
    Module._load = load;
  }
}

async function begun(t, settings = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "thesis-"));
  fs.mkdirSync(path.join(folder, "facts"));
  fs.writeFileSync(path.join(folder, "facts", "ACME.yaml"), FACTS);
  const vscode = make({ command: JSON.parse(process.env.THESIS_COMMAND), company: "", asOf: "", values: true, ...settings }, folder);
  const extension = loaded(vscode);
  const document = new Document(path.join(folder, "rules.thesis"), "thesis", RULES);
  vscode.workspace.textDocuments.push(document);
  vscode.window.activeTextEditor = { document };
  const client = await extension.activate({ subscriptions: [] });
  t.after(() => { // also where it failed
    client.stopped = true;
    client.server.kill("SIGKILL");
  });
  const edit = (before, after) => {
    const at = document.text.indexOf(before);
    const range = new vscode.Range(document.at(before, 0), document.at(before, before.length));
    document.text = document.text.slice(0, at) + after + document.text.slice(at + before.length);
    document.version++;
    vscode.given.change.fire({ document, contentChanges: [{ range, text: after }] });
  };
  const findings = () => vscode.seen.diagnostics.get(document.uri.toString());
  return { vscode, extension, client, document, edit, findings, p: vscode.seen.providers, folder };
}

test("findings, places, changes and values through VS Code's own shapes", async (t) => {
  const { vscode, extension, client, document, edit, findings, p } = await begun(t);
  await until(() => findings(), "the first findings");
  edit("growth > strong", "growth > 25");
  const [error] = await until(() => (findings() || []).filter((d) => d.code === "T071").length && findings().filter((d) => d.code === "T071"), "T071");
  assert.strictEqual(error.severity, 0);
  assert.ok(error.relatedInformation.length);
  const actions = await p.registerCodeActionsProvider.provideCodeActions(document, error.range, {});
  const mend = actions.find((a) => a.kind.value === "quickfix" && a.isPreferred);
  assert.strictEqual(mend.edit.changes.get(document.uri.toString())[0].newText, "25%");
  edit("growth > 25", "growth > strong");
  await until(() => findings() && findings().every((d) => d.severity === 1), "no error");

  const hints = await until(async () => {
    const range = new vscode.Range(new vscode.Position(0, 0), new vscode.Position(99, 0));
    const found = await p.registerInlayHintsProvider.provideInlayHints(document, range);
    return found.some((h) => h.label === "= 38%") && found;
  }, "values");
  assert.ok(hints.some((h) => h.label === "✓ 38% (+18pp)"));
  const hover = await p.registerHoverProvider.provideHover(document, document.at("growth > strong"));
  assert.match(hover.contents.value, /\*\*38%\*\*/);

  const list = await p.registerCompletionItemProvider.provideCompletionItems(document, document.at("growth > strong"));
  const item = list.items.find((i) => i.label === "growth");
  assert.strictEqual(item.insertText, "growth");
  await p.registerCompletionItemProvider.resolveCompletionItem(item);
  assert.match(item.documentation.value, /Growth/);
  assert.ok(list.items.find((i) => i.label === "ttm").insertText.value.includes("$1"));

  const rename = await p.registerRenameProvider.provideRenameEdits(document, document.at("revenue \"Rev"), "sales");
  assert.deepStrictEqual([...rename.changes.keys()].map((k) => path.basename(k)).sort(), ["ACME.yaml", "rules.thesis"]);
  await assert.rejects(p.registerRenameProvider.provideRenameEdits(document, document.at("revenue \"Rev"), "growth"), /already/);
  await assert.rejects(p.registerRenameProvider.prepareRename(document, document.at("because")), /no name/);

  const at = document.at("growth > strong");
  assert.strictEqual((await p.registerDefinitionProvider.provideDefinition(document, at))[0].range.start.line, 5);
  assert.ok((await p.registerReferenceProvider.provideReferences(document, at, { includeDeclaration: true })).length >= 4);
  assert.ok((await p.registerDocumentSymbolProvider.provideDocumentSymbols(document)).some((s) => s.children.length === 2));
  assert.ok((await p.registerDocumentSemanticTokensProvider.provideDocumentSemanticTokens(document)).data.length > 50);
  assert.ok((await p.registerFoldingRangeProvider.provideFoldingRanges(document)).length);
  assert.ok((await p.registerSelectionRangeProvider.provideSelectionRanges(document, [at]))[0].parent);
  assert.ok(Array.isArray(await p.registerDocumentFormattingEditProvider.provideDocumentFormattingEdits(document, {})));
  const [call] = await p.registerCallHierarchyProvider.prepareCallHierarchy(document, at);
  assert.deepStrictEqual((await p.registerCallHierarchyProvider.provideCallHierarchyOutgoingCalls(call)).map((x) => x.to.name), ["revenue"]);
  const help = await p.registerSignatureHelpProvider.provideSignatureHelp(document, document.at("yoy(revenue", 5));
  assert.strictEqual(help.signatures[0].label, "yoy(series)");

  const lenses = await p.registerCodeLensProvider.provideCodeLenses(document);
  const run = lenses.find((x) => x.command.title === "Run this example").command;
  await vscode.seen.commands.get(run.command)(...run.arguments);
  assert.match(vscode.seen.shown[0], /1 passed, 0 failed/);
  await vscode.seen.commands.get("thesis.previewReport")();
  assert.match(vscode.seen.panels[0].webview.html, /<html/);
  await vscode.seen.commands.get("thesis.previewReport")();
  assert.strictEqual(vscode.seen.panels.length, 1);
  edit('"The call"', '"The new call"');
  await until(() => vscode.seen.panels[0].webview.html.includes("The new call"), "the report of what is written now");
  edit('"The new call"', '"The call"');
  await vscode.seen.commands.get("thesis.whatExamplesReach")();
  assert.match(vscode.seen.shown[1], /the examples reach 2 of 4 \(50%\)[^]*bull grows: never false/);
  await vscode.seen.commands.get("thesis.whatWouldChange")();
  assert.match(vscode.seen.shown[2], /Wait/);
  await vscode.seen.commands.get("thesis.proveRules")();
  assert.match(vscode.seen.shown[3], /1 table, 1 condition, 1 pillar/);
  const typed = await p.registerOnTypeFormattingEditProvider.provideOnTypeFormattingEdits(document, document.at("metric"), "\n", {});
  assert.ok(Array.isArray(typed));

  const grows = document.at("bull grows");
  const offered = await p.registerCodeActionsProvider.provideCodeActions(document, new vscode.Range(grows, grows), {});
  const add = offered.find((a) => a.title.startsWith("Add examples")).command;
  await vscode.seen.commands.get(add.command)(...add.arguments);
  const [edits] = await until(() => vscode.seen.applied[0] && [...vscode.seen.applied[0].changes.values()], "examples");
  assert.match(edits[0].newText, /^\nexample "[^]*expect grows is false/);
  const late = { documentChanges: [{ textDocument: { uri: document.uri.toString(), version: document.version - 1 }, edits: [] }] };
  assert.deepStrictEqual(await client.apply(late), { applied: false });
  assert.strictEqual(vscode.seen.applied.length, 1);
  assert.deepStrictEqual(vscode.seen.errors, []);
  await extension.deactivate();
});

test("a server that ends is started again, and one that cannot be started is said", async (t) => {
  const { vscode, extension, client, findings, edit } = await begun(t, { values: false });
  await until(() => findings(), "the first findings");
  client.server.kill("SIGKILL");
  await until(() => findings() === undefined, "findings are taken away");
  await until(() => findings(), "findings of the new server");
  edit("= 20%", "= ");
  await until(() => (findings() || []).some((d) => d.severity === 0), "an error of the new server");
  await extension.deactivate();

  const broken = make({ command: ["no-such-program-anywhere"], company: "", asOf: "", values: false }, os.tmpdir());
  const again = loaded(broken);
  await assert.rejects(again.activate({ subscriptions: [] }), /cannot be started/);
  await until(() => broken.seen.errors.length, "a word to the user");
  assert.match(broken.seen.errors[0], /thesis\.command/);
});

test("messages come in pieces of any size, and a server that dies while it is asked gives no answer", async (t) => {
  const command = [process.execPath, path.join(__dirname, "slow_server.js")];
  const { vscode, extension, document, p } = await begun(t, { command, company: "ACME" });
  await until(() => vscode.seen.log.includes('answered [{"company":"ACME"'), "what the server was answered");
  assert.ok(vscode.seen.log.startsWith("é🐉\n"));
  assert.strictEqual(await p.registerHoverProvider.provideHover(document, document.at("growth")), undefined);
  await until(() => p.registerHoverProvider, "the server that was started again");
  await extension.deactivate();
});
