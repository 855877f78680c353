// What the extension uses of VS Code, as far as its tests look at it. Nothing here knows the extension.
"use strict";

class Position {
  constructor(line, character) { this.line = line; this.character = character; }
}
class Range {
  constructor(start, end) { this.start = start; this.end = end; }
}
class Emitter {
  constructor() { this.listeners = []; this.event = (f) => { this.listeners.push(f); return { dispose() {} }; }; }
  fire(value) { for (const f of this.listeners) f(value); }
}
class Kind {
  constructor(value) { this.value = value; }
  append(more) { return new Kind(this.value ? `${this.value}.${more}` : more); }
}
Kind.Empty = new Kind("");
const plain = (...names) => class { constructor(...values) { names.forEach((name, n) => { this[name] = values[n]; }); } };

class WorkspaceEdit {
  constructor() { this.changes = new Map(); }
  set(uri, edits) { this.changes.set(uri.toString(), edits); }
}
class Uri {
  constructor(text) { this.text = text; this.fsPath = decodeURIComponent(text.replace(/^file:\/\//, "")); }
  toString() { return this.text; }
  static parse(text) { return new Uri(text); }
  static file(path) { return new Uri("file://" + path.split("/").map(encodeURIComponent).join("/")); }
}
class Document {
  constructor(path, languageId, text) {
    this.uri = Uri.file(path); this.languageId = languageId; this.version = 1; this.text = text;
  }
  getText() { return this.text; }
  offset(p) { return this.text.split("\n").slice(0, p.line).reduce((n, line) => n + line.length + 1, 0) + p.character; }
  at(text, into = 1) {
    const before = this.text.slice(0, this.text.indexOf(text) + into).split("\n");
    return new Position(before.length - 1, before[before.length - 1].length);
  }
}

const nothing = () => ({ dispose() {} });

/** A fresh VS Code with settings and folders; `given` is what its user does, `seen` what the user sees. */
function make(settings, folder) {
  const seen = { diagnostics: new Map(), providers: {}, commands: new Map(), errors: [], shown: [], panels: [], applied: [], log: "" };
  const given = { open: new Emitter(), change: new Emitter(), save: new Emitter(), close: new Emitter(), settings: new Emitter(), folders: new Emitter(), inputs: [] };
  const register = (name) => (...args) => {
    seen.providers[name] = args.find((a) => a && typeof a === "object" && !Array.isArray(a) && Object.keys(a).some((k) => /^(provide|prepare)/.test(k)));
    return { dispose() { delete seen.providers[name]; } };
  };
  const languages = new Proxy({
    createDiagnosticCollection: () => ({
      set: (uri, found) => { seen.diagnostics.set(uri.toString(), found); seen.onDiagnostics && seen.onDiagnostics(uri.toString(), found); },
      clear: () => seen.diagnostics.clear(), dispose() {},
    }),
  }, { get: (own, name) => own[name] || register(name) });
  const documents = [];
  const vscode = {
    Position, Range, Uri, WorkspaceEdit, EventEmitter: Emitter, Document, seen, given,
    Location: plain("uri", "range"), TextEdit: plain("range", "newText"), Diagnostic: plain("range", "message", "severity"),
    DiagnosticSeverity: { Error: 0, Warning: 1 }, DiagnosticRelatedInformation: plain("location", "message"),
    MarkdownString: plain("value"), Hover: plain("contents", "range"), CompletionItem: plain("label", "kind"),
    CompletionList: plain("items", "isIncomplete"), SnippetString: plain("value"), DocumentSymbol: plain("name", "detail", "kind", "range", "selectionRange"),
    SymbolInformation: plain("name", "kind", "container", "location"), CallHierarchyItem: plain("kind", "name", "detail", "uri", "range", "selectionRange"),
    CallHierarchyIncomingCall: plain("from", "ranges"), CallHierarchyOutgoingCall: plain("to", "ranges"), SelectionRange: plain("range", "parent"),
    SignatureHelp: plain(), SignatureInformation: plain("label", "documentation"), ParameterInformation: plain("label"),
    DocumentHighlight: plain("range", "kind"), CodeAction: plain("title", "kind"), CodeActionKind: Kind, CodeLens: plain("range", "command"),
    InlayHint: plain("position", "label", "kind"), InlayHintKind: { Type: 1 }, FoldingRange: plain("start", "end", "kind"), FoldingRangeKind: { Comment: 1 },
    DocumentLink: plain("range", "target"), LinkedEditingRanges: plain("ranges", "pattern"), SemanticTokens: plain("data"),
    SemanticTokensLegend: plain("types", "modifiers"), StatusBarAlignment: { Right: 2 }, ViewColumn: { Beside: -2 }, ProgressLocation: { Window: 10 },
    languages,
    window: {
      createOutputChannel: () => ({ append: (t) => { seen.log += t; }, appendLine: (t) => { seen.log += t + "\n"; }, dispose() {} }),
      createStatusBarItem: () => ({ show() {}, dispose() {} }),
      showErrorMessage: (text) => seen.errors.push(text),
      showInformationMessage: (text) => seen.shown.push(text),
      showInputBox: async () => given.inputs.shift(),
      showTextDocument: async (document) => { seen.shown.push(document.content); },
      withProgress: (options, run) => run(),
      createWebviewPanel: () => {
        const panel = { webview: { html: "" }, title: "", reveal() {}, onDidDispose(f) { panel.dispose = f; } };
        seen.panels.push(panel);
        return panel;
      },
      activeTextEditor: undefined,
    },
    workspace: {
      workspaceFolders: [{ uri: Uri.file(folder), name: "work" }], textDocuments: documents,
      getConfiguration: () => ({ get: (name) => settings[name] }),
      onDidOpenTextDocument: given.open.event, onDidChangeTextDocument: given.change.event, onDidSaveTextDocument: given.save.event,
      onDidCloseTextDocument: given.close.event, onDidChangeConfiguration: given.settings.event, onDidChangeWorkspaceFolders: given.folders.event,
      createFileSystemWatcher: () => ({ onDidCreate: nothing, onDidChange: nothing, onDidDelete: nothing, dispose() {} }),
      applyEdit: async (edit) => { seen.applied.push(edit); return true; },
      openTextDocument: async (options) => options,
    },
    commands: { registerCommand: (name, run) => { seen.commands.set(name, run); return { dispose() {} }; } },
  };
  return vscode;
}

module.exports = { make, Document };
