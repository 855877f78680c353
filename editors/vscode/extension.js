// The extension: starts `thesis lsp`, keeps it told of texts, shows what it finds, and shows reports beside the text.
"use strict";
const { spawn } = require("node:child_process");
const vscode = require("vscode");
const { Connection } = require("./rpc");
const c = require("./convert");
const { register } = require("./providers");

const STARTS = 5; // so often a server that ended is started again by itself
const RULES = (document) => document.languageId === "thesis";
const FACTS = (document) => /[\\/]facts[\\/].*\.ya?ml$/.test(document.uri.fsPath || "");
const served = (document) => RULES(document) || FACTS(document);

class Client {
  constructor(context) {
    this.context = context;
    this.found = vscode.languages.createDiagnosticCollection("thesis");
    this.log = vscode.window.createOutputChannel("Thesis");
    this.status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right, 10);
    this.refresh = { lenses: new vscode.EventEmitter(), hints: new vscode.EventEmitter() };
    this.registered = [];
    this.starts = 0;
    this.reports = new Map();
  }

  settings() {
    const found = vscode.workspace.getConfiguration("thesis");
    return { company: found.get("company"), asOf: found.get("asOf"), values: found.get("values") };
  }

  async start() {
    const [program, ...more] = vscode.workspace.getConfiguration("thesis").get("command") || ["thesis"];
    const folders = (vscode.workspace.workspaceFolders || []).map((f) => ({ uri: f.uri.toString(), name: f.name }));
    const cwd = vscode.workspace.workspaceFolders && vscode.workspace.workspaceFolders[0].uri.fsPath;
    const server = spawn(program, [...more, "lsp"], { cwd, stdio: ["pipe", "pipe", "pipe"] });
    this.server = server;
    const connection = new Connection((data) => server.stdin.write(data), {
      request: (method, params) => this.asked(method, params),
      notify: (method, params) => this.told(method, params),
    });
    this.connection = connection;
    server.stdin.on("error", () => {});
    server.stdout.on("data", (data) => connection.receive(data));
    server.stderr.on("data", (data) => this.log.append(data.toString()));
    server.on("error", (error) => this.ended(connection, `it cannot be started: ${error.message}`));
    server.on("exit", (code) => this.ended(connection, `it ended with status ${code}`));
    const answer = await connection.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders,
      initializationOptions: { ...this.settings(), showsText: true },
      capabilities: {
        workspace: {
          applyEdit: true,
          workspaceEdit: { documentChanges: true },
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true },
        },
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
      },
    });
    connection.notify("initialized", {});
    const ask = (method, params, token) => this.ask(method, params, token);
    this.registered = register(ask, answer.capabilities, this.refresh);
    this.status.text = "thesis";
    this.status.tooltip = "The language server of thesis has begun";
    this.status.show();
    for (const document of vscode.workspace.textDocuments) this.opened(document);
  }

  /** Asks the server. What was cancelled, was about an older text, or came while it ended, is no answer and no error. */
  async ask(method, params, token) {
    try {
      return await this.connection.request(method, params, token);
    } catch (error) {
      if (error.code === -32800 || error.code === -32801 || this.connection.closed) return undefined;
      throw error;
    }
  }

  ended(connection, reason) {
    if (connection !== this.connection || connection.closed) return;
    connection.close(reason);
    this.found.clear();
    for (const each of this.registered.splice(0)) each.dispose();
    this.status.text = "thesis: ended";
    if (this.stopped) return;
    if (++this.starts <= STARTS) this.start().catch((error) => this.log.appendLine(String(error)));
    else vscode.window.showErrorMessage(`The server of thesis is not there: ${reason}. See the setting thesis.command.`);
  }

  async stop() {
    this.stopped = true;
    if (!this.connection || this.connection.closed) return;
    await this.connection.request("shutdown", null).catch(() => {});
    this.connection.notify("exit", null);
    this.server.stdin.end();
  }

  asked(method, params) {
    if (method === "workspace/inlayHint/refresh") this.refresh.hints.fire();
    else if (method === "workspace/codeLens/refresh") {
      this.refresh.lenses.fire();
      for (const address of this.reports.keys()) this.fillReport(address);
    } else if (method === "workspace/applyEdit") return this.apply(params.edit);
    else if (method === "workspace/configuration") return params.items.map(() => this.settings());
    return null;
  }

  /** Changes that the server asks for: of the very texts that it saw, or none. */
  async apply(edit) {
    for (const change of edit.documentChanges || []) {
      const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === c.uri(change.textDocument.uri).toString());
      const { version } = change.textDocument;
      if (version !== null && (!document || document.version !== version)) {
        vscode.window.showInformationMessage("The text has changed meanwhile: nothing was put into it. Ask again.");
        return { applied: false };
      }
    }
    return { applied: await vscode.workspace.applyEdit(c.workspaceEdit(edit)) };
  }

  told(method, params) {
    if (method === "textDocument/publishDiagnostics") {
      const address = c.uri(params.uri);
      const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === address.toString());
      if (document && params.version !== undefined && params.version !== document.version) return; // of an older text
      this.found.set(address, params.diagnostics.map(c.diagnostic));
    } else if (method === "window/logMessage") this.log.appendLine(params.message);
    else if (method === "window/showMessage") vscode.window.showInformationMessage(params.message);
  }

  // --- texts -------------------------------------------------------------------------------------------------------

  opened(document) {
    if (!served(document)) return;
    const item = { uri: document.uri.toString(), languageId: document.languageId, version: document.version, text: document.getText() };
    this.connection.notify("textDocument/didOpen", { textDocument: item });
  }

  changed(event) {
    if (!served(event.document) || !event.contentChanges.length) return;
    const contentChanges = event.contentChanges.map((change) => ({ range: c.fromRange(change.range), text: change.text }));
    const item = { uri: event.document.uri.toString(), version: event.document.version };
    this.connection.notify("textDocument/didChange", { textDocument: item, contentChanges });
  }

  about(document, method) {
    if (served(document)) this.connection.notify(method, { textDocument: { uri: document.uri.toString() } });
  }

  // --- commands ----------------------------------------------------------------------------------------------------

  async execute(command, given) {
    const active = vscode.window.activeTextEditor;
    const args = given.length ? given : active ? [active.document.uri.toString()] : [];
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: "thesis" },
        () => this.ask("workspace/executeCommand", { command, arguments: args }),
      );
    } catch (error) {
      vscode.window.showErrorMessage(error.message);
      return undefined;
    }
  }

  async show(command, given) {
    const found = await this.execute(command, given);
    if (!found) return;
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content: `${found.title}\n\n${found.text}` });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  /** The report beside the text; it is filled anew when there are new values. */
  async preview(given) {
    const active = vscode.window.activeTextEditor;
    const address = given[0] || (active && active.document.uri.toString());
    if (!address) return;
    const panel = this.reports.get(address) ||
      vscode.window.createWebviewPanel("thesis.report", "Report", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: false });
    this.reports.set(address, panel);
    panel.onDidDispose(() => this.reports.delete(address));
    await this.fillReport(address);
  }

  async fillReport(address) {
    const found = await this.execute("thesis.report", [address, "html"]);
    const panel = this.reports.get(address);
    if (found && panel) {
      panel.title = found.title;
      panel.webview.html = found.text;
    }
  }

  async chooseCompany() {
    const company = await vscode.window.showInputBox({ prompt: "Ticker for which values are shown; empty: whom each thesis is for" });
    if (company === undefined) return;
    const asOf = await vscode.window.showInputBox({ prompt: "As of which day (YYYY-MM-DD); empty: today" });
    if (asOf === undefined) return;
    await this.execute("thesis.showFor", [company.trim(), asOf.trim()]);
  }
}

let client;

async function activate(context) {
  client = new Client(context);
  const say = (method) => (document) => client.about(document, method);
  const command = (name, run) => vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    client.found,
    client.log,
    client.status,
    vscode.workspace.onDidOpenTextDocument((document) => client.opened(document)),
    vscode.workspace.onDidChangeTextDocument((event) => client.changed(event)),
    vscode.workspace.onDidSaveTextDocument(say("textDocument/didSave")),
    vscode.workspace.onDidCloseTextDocument(say("textDocument/didClose")),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("thesis")) {
        client.connection.notify("workspace/didChangeConfiguration", { settings: { thesis: client.settings() } });
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders((event) => {
      const folders = (found) => found.map((f) => ({ uri: f.uri.toString(), name: f.name }));
      client.connection.notify("workspace/didChangeWorkspaceFolders", {
        event: { added: folders(event.added), removed: folders(event.removed) },
      });
    }),
    command("thesis.report", (...given) => client.preview(given)),
    command("thesis.previewReport", () => client.preview([])),
    command("thesis.test", (...given) => client.show("thesis.test", given)),
    command("thesis.runExamples", () => client.show("thesis.test", [])),
    command("thesis.flip", (...given) => client.show("thesis.flip", given)),
    command("thesis.whatWouldChange", () => client.show("thesis.flip", [])),
    command("thesis.coverage", (...given) => client.show("thesis.coverage", given)),
    command("thesis.whatExamplesReach", () => client.show("thesis.coverage", [])),
    command("thesis.prove", (...given) => client.show("thesis.prove", given)),
    command("thesis.proveRules", () => client.show("thesis.prove", [])),
    command("thesis.addExamples", (...given) => client.execute("thesis.addExamples", given)),
    command("thesis.addMissingExamples", () => client.execute("thesis.addExamples", [])),
    command("thesis.explain", (...given) => client.show("thesis.explain", given)),
    command("thesis.showFor", () => client.chooseCompany()), // the lens that says for whom values are
    command("thesis.chooseCompany", () => client.chooseCompany()),
    command("thesis.restart", async () => {
      client.starts = 0;
      client.server.kill();
    }),
  );
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{thesis,yaml,yml,csv}");
  const changed = (type) => (uri) =>
    client.connection.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uri.toString(), type }] });
  context.subscriptions.push(watcher, watcher.onDidCreate(changed(1)), watcher.onDidChange(changed(2)), watcher.onDidDelete(changed(3)));
  await client.start();
  return client;
}

async function deactivate() {
  if (client) await client.stop();
}

module.exports = { activate, deactivate };
