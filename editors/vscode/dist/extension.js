// Made by `python -m editors.bundle` from src of SHA-256 499f48fdf59cc2e7626b3c2f380f04929acf41af3811058f9bba995f210142fb
"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/extension.ts
var extension_exports = {};
__export(extension_exports, {
  activate: () => activate,
  deactivate: () => deactivate
});
module.exports = __toCommonJS(extension_exports);
var vscode5 = __toESM(require("vscode"));

// src/client.ts
var import_node_child_process = require("node:child_process");
var vscode3 = __toESM(require("vscode"));

// src/convert.ts
var vscode = __toESM(require("vscode"));
var position = (at2) => new vscode.Position(at2.line, at2.character);
var range = (r) => new vscode.Range(position(r.start), position(r.end));
var fromPosition = (at2) => ({ line: at2.line, character: at2.character });
var fromRange = (r) => ({ start: fromPosition(r.start), end: fromPosition(r.end) });
var uri = (text) => vscode.Uri.parse(text);
var location = (l) => new vscode.Location(uri(l.uri), range(l.range));
var edit = (e) => new vscode.TextEdit(range(e.range), e.newText);
var folder = (f) => ({ uri: f.uri.toString(), name: f.name });
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
  found.relatedInformation = (d.relatedInformation ?? []).map(
    (r) => new vscode.DiagnosticRelatedInformation(location(r.location), r.message)
  );
  return found;
}
function workspaceEdit(w) {
  const found = new vscode.WorkspaceEdit();
  for (const [address, edits] of Object.entries(w.changes ?? {})) found.set(uri(address), edits.map(edit));
  for (const change of w.documentChanges ?? []) found.set(uri(change.textDocument.uri), change.edits.map(edit));
  return found;
}
var CompletionItem2 = class extends vscode.CompletionItem {
  constructor(asked) {
    super(asked.label, asked.kind - 1);
    this.asked = asked;
    this.detail = asked.detail;
    this.sortText = asked.sortText;
    this.filterText = asked.filterText;
    this.range = range(asked.textEdit.range);
    const text = asked.textEdit.newText;
    this.insertText = asked.insertTextFormat === 2 ? new vscode.SnippetString(text) : text;
  }
  asked;
};
var CallItem = class extends vscode.CallHierarchyItem {
  constructor(asked) {
    super(asked.kind - 1, asked.name, asked.detail ?? "", uri(asked.uri), range(asked.range), range(asked.selectionRange));
    this.asked = asked;
  }
  asked;
};
function symbol(s) {
  const found = new vscode.DocumentSymbol(s.name, s.detail ?? "", s.kind - 1, range(s.range), range(s.selectionRange));
  found.children = (s.children ?? []).map(symbol);
  return found;
}
function selection(s) {
  return new vscode.SelectionRange(range(s.range), s.parent && selection(s.parent));
}

// src/providers.ts
var vscode2 = __toESM(require("vscode"));
var RULES = { language: "thesis" };
var FACTS = { pattern: "**/facts/**/*.{yaml,yml}" };
var about = (d, more = {}) => ({ textDocument: { uri: d.uri.toString() }, ...more });
var at = (d, p, more = {}) => about(d, { position: fromPosition(p), ...more });
async function list(found, convert) {
  return (await found ?? []).map(convert);
}
function register(ask, can, refresh) {
  return [...writing(ask, can), ...places(ask), ...changes(ask, can), ...beside(ask, refresh), ...shape(ask, can)];
}
function writing(ask, can) {
  return [
    vscode2.languages.registerCompletionItemProvider([RULES, FACTS], {
      async provideCompletionItems(document, position2, token) {
        const found = await ask("textDocument/completion", at(document, position2), token);
        return found && new vscode2.CompletionList(found.items.map((i) => new CompletionItem2(i)), found.isIncomplete);
      },
      async resolveCompletionItem(item, token) {
        if (!(item instanceof CompletionItem2)) return item;
        const found = await ask("completionItem/resolve", item.asked, token);
        if (found?.documentation) item.documentation = markdown(found.documentation);
        return item;
      }
    }, ...can.completionProvider.triggerCharacters),
    vscode2.languages.registerHoverProvider([RULES, FACTS], {
      async provideHover(document, position2, token) {
        const found = await ask("textDocument/hover", at(document, position2), token);
        return found && new vscode2.Hover(markdown(found.contents), range(found.range));
      }
    }),
    vscode2.languages.registerSignatureHelpProvider(RULES, {
      async provideSignatureHelp(document, position2, token) {
        const found = await ask("textDocument/signatureHelp", at(document, position2), token);
        if (!found) return found;
        const help = new vscode2.SignatureHelp();
        help.signatures = found.signatures.map((s) => {
          const made = new vscode2.SignatureInformation(s.label, markdown(s.documentation));
          made.parameters = s.parameters.map((p) => new vscode2.ParameterInformation(p.label));
          return made;
        });
        help.activeSignature = found.activeSignature;
        help.activeParameter = found.activeParameter;
        return help;
      }
    }, ...can.signatureHelpProvider.triggerCharacters),
    vscode2.languages.registerLinkedEditingRangeProvider(RULES, {
      async provideLinkedEditingRanges(d, p, t) {
        const found = await ask("textDocument/linkedEditingRange", at(d, p), t);
        return found && new vscode2.LinkedEditingRanges(found.ranges.map(range), new RegExp(found.wordPattern));
      }
    })
  ];
}
function places(ask) {
  return [
    vscode2.languages.registerDefinitionProvider([RULES, FACTS], {
      provideDefinition: (d, p, t) => list(ask("textDocument/definition", at(d, p), t), location)
    }),
    vscode2.languages.registerTypeDefinitionProvider(RULES, {
      provideTypeDefinition: (d, p, t) => list(ask("textDocument/typeDefinition", at(d, p), t), location)
    }),
    vscode2.languages.registerReferenceProvider(RULES, {
      provideReferences: (d, p, context, t) => list(ask("textDocument/references", at(d, p, { context }), t), location)
    }),
    vscode2.languages.registerDocumentHighlightProvider(RULES, {
      provideDocumentHighlights: (d, p, t) => list(ask("textDocument/documentHighlight", at(d, p), t), (h) => new vscode2.DocumentHighlight(range(h.range), h.kind - 1))
    }),
    vscode2.languages.registerDocumentSymbolProvider(RULES, {
      provideDocumentSymbols: (d, t) => list(ask("textDocument/documentSymbol", about(d), t), symbol)
    }),
    vscode2.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query, t) => list(ask("workspace/symbol", { query }, t), (s) => new vscode2.SymbolInformation(s.name, s.kind - 1, s.containerName ?? "", location(s.location)))
    }),
    vscode2.languages.registerDocumentLinkProvider(RULES, {
      provideDocumentLinks: (d, t) => list(ask("textDocument/documentLink", about(d), t), (x) => new vscode2.DocumentLink(range(x.range), uri(x.target)))
    }),
    vscode2.languages.registerCallHierarchyProvider(RULES, {
      prepareCallHierarchy: (d, p, t) => list(ask("textDocument/prepareCallHierarchy", at(d, p), t), (i) => new CallItem(i)),
      provideCallHierarchyIncomingCalls: (item, t) => list(ask("callHierarchy/incomingCalls", { item: item.asked }, t), (x) => new vscode2.CallHierarchyIncomingCall(new CallItem(x.from), x.fromRanges.map(range))),
      provideCallHierarchyOutgoingCalls: (item, t) => list(ask("callHierarchy/outgoingCalls", { item: item.asked }, t), (x) => new vscode2.CallHierarchyOutgoingCall(new CallItem(x.to), x.fromRanges.map(range)))
    })
  ];
}
function changes(ask, can) {
  return [
    vscode2.languages.registerRenameProvider(RULES, {
      async prepareRename(d, p, t) {
        const found = await ask("textDocument/prepareRename", at(d, p), t);
        if (!found) throw new Error("There is no name here that the rules declare.");
        return { range: range(found.range), placeholder: found.placeholder };
      },
      async provideRenameEdits(d, p, newName, t) {
        const found = await ask("textDocument/rename", at(d, p, { newName }), t);
        return found && workspaceEdit(found);
      }
    }),
    vscode2.languages.registerDocumentFormattingEditProvider(RULES, {
      provideDocumentFormattingEdits: (d, options, t) => list(ask("textDocument/formatting", about(d, { options }), t), edit)
    }),
    vscode2.languages.registerDocumentRangeFormattingEditProvider(RULES, {
      provideDocumentRangeFormattingEdits: (d, r, options, t) => list(ask("textDocument/rangeFormatting", about(d, { range: fromRange(r), options }), t), edit)
    }),
    vscode2.languages.registerOnTypeFormattingEditProvider(RULES, {
      provideOnTypeFormattingEdits: (d, p, ch, options, t) => list(ask("textDocument/onTypeFormatting", at(d, p, { ch, options }), t), edit)
    }, can.documentOnTypeFormattingProvider.firstTriggerCharacter),
    vscode2.languages.registerCodeActionsProvider([RULES, FACTS], {
      provideCodeActions(d, r, context, t) {
        const only = context.only ? [context.only.value] : void 0;
        const asked = about(d, { range: fromRange(r), context: { diagnostics: [], only } });
        return list(ask("textDocument/codeAction", asked, t), (a) => {
          const made = new vscode2.CodeAction(a.title, vscode2.CodeActionKind.Empty.append(a.kind));
          if (a.edit) made.edit = workspaceEdit(a.edit);
          made.command = a.command;
          made.isPreferred = a.isPreferred;
          made.diagnostics = (a.diagnostics ?? []).map(diagnostic);
          return made;
        });
      }
    })
  ];
}
function beside(ask, refresh) {
  return [
    vscode2.languages.registerCodeLensProvider(RULES, {
      onDidChangeCodeLenses: refresh.lenses.event,
      provideCodeLenses: (d, t) => list(ask("textDocument/codeLens", about(d), t), (x) => new vscode2.CodeLens(range(x.range), x.command))
    }),
    vscode2.languages.registerInlayHintsProvider(RULES, {
      onDidChangeInlayHints: refresh.hints.event,
      provideInlayHints: (d, r, t) => list(ask("textDocument/inlayHint", about(d, { range: fromRange(r) }), t), (h) => {
        const made = new vscode2.InlayHint(position(h.position), h.label, h.kind === 1 ? vscode2.InlayHintKind.Type : void 0);
        made.tooltip = h.tooltip;
        made.paddingLeft = h.paddingLeft;
        return made;
      })
    })
  ];
}
function shape(ask, can) {
  const { tokenTypes, tokenModifiers } = can.semanticTokensProvider.legend;
  return [
    vscode2.languages.registerFoldingRangeProvider(RULES, {
      provideFoldingRanges: (d, _, t) => list(ask("textDocument/foldingRange", about(d), t), (f) => new vscode2.FoldingRange(f.startLine, f.endLine, f.kind === "comment" ? vscode2.FoldingRangeKind.Comment : void 0))
    }),
    vscode2.languages.registerSelectionRangeProvider(RULES, {
      provideSelectionRanges: (d, positions, t) => list(ask("textDocument/selectionRange", about(d, { positions: positions.map(fromPosition) }), t), selection)
    }),
    vscode2.languages.registerDocumentSemanticTokensProvider(RULES, {
      async provideDocumentSemanticTokens(d, t) {
        const found = await ask("textDocument/semanticTokens/full", about(d), t);
        return found && new vscode2.SemanticTokens(new Uint32Array(found.data));
      }
    }, new vscode2.SemanticTokensLegend(tokenTypes, tokenModifiers))
  ];
}

// src/rpc.ts
var Refused = class extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
  code;
};
var Connection = class {
  /** `write` takes bytes for the server. */
  constructor(write, handlers) {
    this.write = write;
    this.handlers = handlers;
  }
  write;
  handlers;
  closed = false;
  buffer = Buffer.alloc(0);
  number = 0;
  waiting = /* @__PURE__ */ new Map();
  notify(method, params) {
    this.send({ method, params });
  }
  /** The answer of the server. Rejects with `Refused`, or with why the server ended. */
  request(method, params, token) {
    if (this.closed) return Promise.reject(new Error("the server has ended"));
    const id = ++this.number;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ id, method, params });
    token?.onCancellationRequested(() => this.notify("$/cancelRequest", { id }));
    return answer;
  }
  /** Takes bytes that the server wrote, in pieces of any size. */
  receive(bytes) {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (; ; ) {
      const end = this.buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /content-length:\s*(\d+)/i.exec(this.buffer.toString("ascii", 0, end));
      if (!length) throw new Error("the server sent a message without a length");
      const begin = end + 4;
      const stop = begin + Number(length[1]);
      if (this.buffer.length < stop) return;
      const message = JSON.parse(this.buffer.toString("utf8", begin, stop));
      this.buffer = this.buffer.subarray(stop);
      this.take(message);
    }
  }
  /** The server is gone: whoever waits hears of it. */
  close(reason) {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
  send(message) {
    if (this.closed) return;
    const data = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }), "utf8");
    this.write(Buffer.concat([Buffer.from(`Content-Length: ${data.length}\r
\r
`, "ascii"), data]));
  }
  take({ id, method, params, result, error }) {
    if (method !== void 0) {
      if (id === void 0) this.handlers.notify(method, params);
      else void this.answer(id, method, params);
      return;
    }
    const waiting = id === void 0 ? void 0 : this.waiting.get(id);
    if (id === void 0 || !waiting) return;
    this.waiting.delete(id);
    if (error) waiting.reject(new Refused(error.message, error.code));
    else waiting.resolve(result);
  }
  async answer(id, method, params) {
    try {
      const result = await this.handlers.request(method, params);
      this.send({ id, result: result === void 0 ? null : result });
    } catch (error) {
      this.send({ id, error: { code: -32603, message: String(error) } });
    }
  }
};

// src/client.ts
var STARTS = 5;
var NO_ANSWER = [-32800, -32801];
var served = (document) => document.languageId === "thesis" || /[\\/]facts[\\/].*\.ya?ml$/.test(document.uri.fsPath);
var Client = class {
  found = vscode3.languages.createDiagnosticCollection("thesis");
  log = vscode3.window.createOutputChannel("Thesis");
  status = vscode3.window.createStatusBarItem(vscode3.StatusBarAlignment.Right, 10);
  refresh = { lenses: new vscode3.EventEmitter(), hints: new vscode3.EventEmitter() };
  changedValues = new vscode3.EventEmitter();
  registered = [];
  connection;
  server;
  starts = 0;
  stopped = false;
  /** Fires when what names come to may be another. */
  onValues = this.changedValues.event;
  settings() {
    const found = vscode3.workspace.getConfiguration("thesis");
    return { company: found.get("company"), asOf: found.get("asOf"), values: found.get("values") };
  }
  async start() {
    const [program = "thesis", ...more] = vscode3.workspace.getConfiguration("thesis").get("command") ?? [];
    const folders = vscode3.workspace.workspaceFolders ?? [];
    const server = (0, import_node_child_process.spawn)(program, [...more, "lsp"], { cwd: folders[0]?.uri.fsPath, stdio: ["pipe", "pipe", "pipe"] });
    const connection = new Connection((data) => server.stdin.write(data), {
      request: (method, params) => this.asked(method, params),
      notify: (method, params) => this.told(method, params)
    });
    this.server = server;
    this.connection = connection;
    server.stdin.on("error", () => {
    });
    server.stdout.on("data", (data) => connection.receive(data));
    server.stderr.on("data", (data) => this.log.append(data.toString()));
    server.on("error", (error) => this.ended(connection, `it cannot be started: ${error.message}`));
    server.on("exit", (code) => this.ended(connection, `it ended with status ${code}`));
    const answer = await connection.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders.map(folder),
      initializationOptions: { ...this.settings(), showsText: true },
      capabilities: {
        workspace: {
          applyEdit: true,
          workspaceEdit: { documentChanges: true },
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true }
        },
        textDocument: { completion: { completionItem: { snippetSupport: true } } }
      }
    });
    connection.notify("initialized", {});
    this.registered = register((method, params, token) => this.ask(method, params, token), answer.capabilities, this.refresh);
    this.status.text = "thesis";
    this.status.tooltip = "The language server of thesis has begun";
    this.status.show();
    for (const document of vscode3.workspace.textDocuments) this.opened(document);
  }
  async stop() {
    this.stopped = true;
    if (!this.connection || this.connection.closed) return;
    await this.connection.request("shutdown", null).catch(() => {
    });
    this.connection.notify("exit", null);
    this.server?.stdin.end();
  }
  /** Ends the server; a new one is started since it ended. */
  restart() {
    this.starts = 0;
    if (this.connection && !this.connection.closed) this.server?.kill();
    else this.begin();
  }
  /** Asks the server. What was cancelled, was about an older text, or came while it ended, is no answer and no error. */
  async ask(method, params, token) {
    const connection = this.connection;
    if (!connection) return void 0;
    try {
      return await connection.request(method, params, token);
    } catch (error) {
      if (connection.closed || error instanceof Refused && NO_ANSWER.includes(error.code)) return void 0;
      throw error;
    }
  }
  notify(method, params) {
    this.connection?.notify(method, params);
  }
  begin() {
    this.start().catch((error) => this.log.appendLine(String(error)));
  }
  ended(connection, reason) {
    if (connection !== this.connection || connection.closed) return;
    connection.close(reason);
    this.found.clear();
    for (const each of this.registered.splice(0)) each.dispose();
    this.status.text = "thesis: ended";
    if (this.stopped) return;
    if (++this.starts <= STARTS) this.begin();
    else void vscode3.window.showErrorMessage(`The server of thesis is not there: ${reason}. See the setting thesis.command.`);
  }
  asked(method, params) {
    if (method === "workspace/inlayHint/refresh") this.refresh.hints.fire();
    else if (method === "workspace/codeLens/refresh") {
      this.refresh.lenses.fire();
      this.changedValues.fire();
    } else if (method === "workspace/applyEdit") return this.apply(params.edit);
    else if (method === "workspace/configuration") return params.items.map(() => this.settings());
    return null;
  }
  told(method, params) {
    if (method === "textDocument/publishDiagnostics") this.publish(params);
    else if (method === "window/logMessage") this.log.appendLine(params.message);
    else if (method === "window/showMessage") void vscode3.window.showInformationMessage(params.message);
  }
  publish(found) {
    const document = open(found.uri);
    if (document && found.version !== void 0 && found.version !== document.version) return;
    this.found.set(uri(found.uri), found.diagnostics.map(diagnostic));
  }
  /** Changes that the server asks for: of the very texts that it saw, or none. */
  async apply(edit2) {
    for (const { textDocument } of edit2.documentChanges ?? []) {
      if (textDocument.version !== null && open(textDocument.uri)?.version !== textDocument.version) {
        void vscode3.window.showInformationMessage("The text has changed meanwhile: nothing was put into it. Ask again.");
        return { applied: false };
      }
    }
    return { applied: await vscode3.workspace.applyEdit(workspaceEdit(edit2)) };
  }
  // --- texts -------------------------------------------------------------------------------------------------------
  opened(document) {
    if (!served(document)) return;
    const item = { uri: document.uri.toString(), languageId: document.languageId, version: document.version, text: document.getText() };
    this.notify("textDocument/didOpen", { textDocument: item });
  }
  changed({ document, contentChanges }) {
    if (!served(document) || !contentChanges.length) return;
    this.notify("textDocument/didChange", {
      textDocument: { uri: document.uri.toString(), version: document.version },
      contentChanges: contentChanges.map((change) => ({ range: fromRange(change.range), text: change.text }))
    });
  }
  about(document, method) {
    if (served(document)) this.notify(method, { textDocument: { uri: document.uri.toString() } });
  }
};
function open(address) {
  const wanted = uri(address).toString();
  return vscode3.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}

// src/reports.ts
var vscode4 = __toESM(require("vscode"));
var BESIDE = { viewColumn: vscode4.ViewColumn.Beside, preserveFocus: true };
var Reports = class {
  constructor(client2) {
    this.client = client2;
    client2.onValues(() => {
      for (const address of this.panels.keys()) void this.fill(address);
    });
  }
  client;
  panels = /* @__PURE__ */ new Map();
  /** Has the server do what a command names; of the file that is written in, where nothing else is given. */
  async execute(command, given) {
    const active = vscode4.window.activeTextEditor?.document.uri.toString();
    const asked = { command, arguments: given.length || !active ? given : [active] };
    try {
      const options = { location: vscode4.ProgressLocation.Window, title: "thesis" };
      return await vscode4.window.withProgress(options, () => this.client.ask("workspace/executeCommand", asked));
    } catch (error) {
      void vscode4.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return void 0;
    }
  }
  /** The answer as a text beside. */
  async show(command, given) {
    const found = await this.execute(command, given);
    if (!found) return;
    const content = `${found.title}

${found.text}`;
    const document = await vscode4.workspace.openTextDocument({ language: "markdown", content });
    await vscode4.window.showTextDocument(document, { ...BESIDE, preview: true });
  }
  /** The report beside the text; it is filled anew when there are new values. */
  async preview(given) {
    const address = given[0] ?? vscode4.window.activeTextEditor?.document.uri.toString();
    if (typeof address !== "string") return;
    const before = this.panels.get(address);
    if (before) before.reveal(void 0, true);
    else {
      const panel = vscode4.window.createWebviewPanel("thesis.report", "Report", BESIDE, { enableScripts: false });
      this.panels.set(address, panel);
      panel.onDidDispose(() => this.panels.delete(address));
    }
    await this.fill(address);
  }
  async fill(address) {
    const found = await this.execute("thesis.report", [address, "html"]);
    const panel = this.panels.get(address);
    if (!found || !panel) return;
    panel.title = found.title;
    panel.webview.html = found.text;
  }
};

// src/extension.ts
var client;
async function activate(context) {
  const begun = new Client();
  client = begun;
  const reports = new Reports(begun);
  context.subscriptions.push(begun.found, begun.log, begun.status, ...texts(begun), ...commands2(begun, reports));
  await begun.start();
  return begun;
}
async function deactivate() {
  await client?.stop();
}
function texts(to) {
  const say = (method) => (document) => to.about(document, method);
  const watcher = vscode5.workspace.createFileSystemWatcher("**/*.{thesis,yaml,yml,csv}");
  const changed = (type) => (uri2) => to.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uri2.toString(), type }] });
  return [
    vscode5.workspace.onDidOpenTextDocument((document) => to.opened(document)),
    vscode5.workspace.onDidChangeTextDocument((event) => to.changed(event)),
    vscode5.workspace.onDidSaveTextDocument(say("textDocument/didSave")),
    vscode5.workspace.onDidCloseTextDocument(say("textDocument/didClose")),
    vscode5.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("thesis.command")) to.restart();
      else if (event.affectsConfiguration("thesis")) {
        to.notify("workspace/didChangeConfiguration", { settings: { thesis: to.settings() } });
      }
    }),
    vscode5.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      to.notify("workspace/didChangeWorkspaceFolders", { event: { added: added.map(folder), removed: removed.map(folder) } });
    }),
    watcher,
    watcher.onDidCreate(changed(1)),
    watcher.onDidChange(changed(2)),
    watcher.onDidDelete(changed(3))
  ];
}
function commands2(to, reports) {
  const command = vscode5.commands.registerCommand;
  const shown = (asked) => command(asked, (...given) => reports.show(asked, given));
  const ofThisFile = (name, asked) => command(name, () => reports.show(asked, []));
  const chosen = async () => {
    const company = await vscode5.window.showInputBox({ prompt: "Ticker for which values are shown; empty: whom each thesis is for" });
    if (company === void 0) return;
    const asOf = await vscode5.window.showInputBox({ prompt: "As of which day (YYYY-MM-DD); empty: today" });
    if (asOf !== void 0) await reports.execute("thesis.showFor", [company.trim(), asOf.trim()]);
  };
  return [
    command("thesis.report", (...given) => reports.preview(given)),
    command("thesis.previewReport", () => reports.preview([])),
    shown("thesis.test"),
    ofThisFile("thesis.runExamples", "thesis.test"),
    shown("thesis.flip"),
    ofThisFile("thesis.whatWouldChange", "thesis.flip"),
    shown("thesis.coverage"),
    ofThisFile("thesis.whatExamplesReach", "thesis.coverage"),
    shown("thesis.prove"),
    ofThisFile("thesis.proveRules", "thesis.prove"),
    shown("thesis.explain"),
    command("thesis.addExamples", (...given) => reports.execute("thesis.addExamples", given)),
    command("thesis.addMissingExamples", () => reports.execute("thesis.addExamples", [])),
    command("thesis.showFor", chosen),
    // the lens that says for whom values are
    command("thesis.chooseCompany", chosen),
    command("thesis.restart", () => to.restart())
  ];
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  activate,
  deactivate
});
