/** The protocol's JSON and VS Code's objects, both ways. */
import * as vscode from "vscode";
import type * as p from "./protocol";

export const position = (at: p.Position) => new vscode.Position(at.line, at.character);
export const range = (r: p.Range) => new vscode.Range(position(r.start), position(r.end));
export const fromPosition = (at: vscode.Position): p.Position => ({ line: at.line, character: at.character });
export const fromRange = (r: vscode.Range): p.Range => ({ start: fromPosition(r.start), end: fromPosition(r.end) });
export const uri = (text: string) => vscode.Uri.parse(text);
export const location = (l: p.Location) => new vscode.Location(uri(l.uri), range(l.range));
export const edit = (e: p.TextEdit) => new vscode.TextEdit(range(e.range), e.newText);
export const folder = (f: vscode.WorkspaceFolder): p.Folder => ({ uri: f.uri.toString(), name: f.name });

export function markdown(content: p.Markup): vscode.MarkdownString {
  const found = new vscode.MarkdownString(content.value);
  found.supportHtml = false;
  return found;
}

export function diagnostic(d: p.Diagnostic): vscode.Diagnostic {
  const severity = d.severity === 1 ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const found = new vscode.Diagnostic(range(d.range), d.message, severity);
  found.code = d.code;
  found.source = d.source;
  found.relatedInformation = (d.relatedInformation ?? []).map(
    (r) => new vscode.DiagnosticRelatedInformation(location(r.location), r.message),
  );
  return found;
}

export function workspaceEdit(w: p.WorkspaceEdit): vscode.WorkspaceEdit {
  const found = new vscode.WorkspaceEdit();
  for (const [address, edits] of Object.entries(w.changes ?? {})) found.set(uri(address), edits.map(edit));
  for (const change of w.documentChanges ?? []) found.set(uri(change.textDocument.uri), change.edits.map(edit));
  return found;
}

/** An item of the list, with what the server called it: it is asked for more about that. */
export class CompletionItem extends vscode.CompletionItem {
  constructor(readonly asked: p.CompletionItem) {
    super(asked.label, asked.kind - 1); // the protocol counts kinds from 1
    this.detail = asked.detail;
    this.sortText = asked.sortText;
    this.filterText = asked.filterText;
    this.range = range(asked.textEdit.range);
    const text = asked.textEdit.newText;
    this.insertText = asked.insertTextFormat === 2 ? new vscode.SnippetString(text) : text;
  }
}

/** A name in the graph of what reads what, with what the server called it. */
export class CallItem extends vscode.CallHierarchyItem {
  constructor(readonly asked: p.CallItem) {
    super(asked.kind - 1, asked.name, asked.detail ?? "", uri(asked.uri), range(asked.range), range(asked.selectionRange));
  }
}

export function symbol(s: p.DocumentSymbol): vscode.DocumentSymbol {
  const found = new vscode.DocumentSymbol(s.name, s.detail ?? "", s.kind - 1, range(s.range), range(s.selectionRange));
  found.children = (s.children ?? []).map(symbol);
  return found;
}

export function selection(s: p.SelectionRange): vscode.SelectionRange {
  return new vscode.SelectionRange(range(s.range), s.parent && selection(s.parent));
}
