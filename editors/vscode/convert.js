// The protocol's JSON and VS Code's objects, both ways.
"use strict";
const vscode = require("vscode");

const position = (p) => new vscode.Position(p.line, p.character);
const range = (r) => new vscode.Range(position(r.start), position(r.end));
const fromPosition = (p) => ({ line: p.line, character: p.character });
const fromRange = (r) => ({ start: fromPosition(r.start), end: fromPosition(r.end) });
const uri = (text) => vscode.Uri.parse(text);
const location = (l) => new vscode.Location(uri(l.uri), range(l.range));
const edit = (e) => new vscode.TextEdit(range(e.range), e.newText);

function markdown(content) {
  const found = new vscode.MarkdownString(content.value);
  found.supportHtml = false;
  return found;
}

function diagnostic(d) {
  const severity = d.severity === 1 ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const found = new vscode.Diagnostic(range(d.range), d.message, severity);
  found.code = d.code;
  found.source = d.source;
  found.relatedInformation = (d.relatedInformation || []).map(
    (r) => new vscode.DiagnosticRelatedInformation(location(r.location), r.message),
  );
  return found;
}

function workspaceEdit(w) {
  const found = new vscode.WorkspaceEdit();
  for (const [address, edits] of Object.entries(w.changes || {})) found.set(uri(address), edits.map(edit));
  for (const change of w.documentChanges || []) found.set(uri(change.textDocument.uri), change.edits.map(edit));
  return found;
}

function completionItem(i) {
  const found = new vscode.CompletionItem(i.label, i.kind - 1); // the protocol counts kinds from 1
  found.detail = i.detail;
  found.sortText = i.sortText;
  found.filterText = i.filterText;
  found.range = range(i.textEdit.range);
  found.insertText = i.insertTextFormat === 2 ? new vscode.SnippetString(i.textEdit.newText) : i.textEdit.newText;
  found.asked = i;
  return found;
}

function symbol(s) {
  const found = new vscode.DocumentSymbol(s.name, s.detail || "", s.kind - 1, range(s.range), range(s.selectionRange));
  found.children = (s.children || []).map(symbol);
  return found;
}

function callItem(i) {
  const found = new vscode.CallHierarchyItem(i.kind - 1, i.name, i.detail || "", uri(i.uri), range(i.range), range(i.selectionRange));
  found.asked = i;
  return found;
}

function selection(s) {
  return new vscode.SelectionRange(range(s.range), s.parent ? selection(s.parent) : undefined);
}

module.exports = {
  callItem, completionItem, diagnostic, edit, fromPosition, fromRange, location, markdown, position, range, selection,
  symbol, uri, workspaceEdit,
};
