/** Starts `thesis lsp`, keeps it told of texts, shows what it finds. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import * as vscode from "vscode";
import * as c from "./convert";
import type { Answers, Diagnostic, Method, WorkspaceEdit } from "./protocol";
import { register, type Refresh } from "./providers";
import { Connection, Refused, type Token } from "./rpc";

const STARTS = 5; // so often a server that ended is started again by itself
const NO_ANSWER = [-32800, -32801]; // cancelled; about an older text

const served = (document: vscode.TextDocument) =>
  document.languageId === "thesis" || /[\\/]facts[\\/].*\.ya?ml$/.test(document.uri.fsPath);

export class Client {
  readonly found = vscode.languages.createDiagnosticCollection("thesis");
  readonly log = vscode.window.createOutputChannel("Thesis");
  readonly status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right, 10);
  private readonly refresh: Refresh = { lenses: new vscode.EventEmitter(), hints: new vscode.EventEmitter() };
  private readonly changedValues = new vscode.EventEmitter<void>();
  private registered: vscode.Disposable[] = [];
  private connection: Connection | undefined;
  private server: ChildProcessWithoutNullStreams | undefined;
  private starts = 0;
  private stopped = false;

  /** Fires when what names come to may be another. */
  readonly onValues = this.changedValues.event;

  settings() {
    const found = vscode.workspace.getConfiguration("thesis");
    return { company: found.get("company"), asOf: found.get("asOf"), values: found.get("values") };
  }

  async start(): Promise<void> {
    const [program = "thesis", ...more] = vscode.workspace.getConfiguration("thesis").get<string[]>("command") ?? [];
    const folders = vscode.workspace.workspaceFolders ?? [];
    const server = spawn(program, [...more, "lsp"], { cwd: folders[0]?.uri.fsPath, stdio: ["pipe", "pipe", "pipe"] });
    const connection = new Connection((data) => server.stdin.write(data), {
      request: (method, params) => this.asked(method, params),
      notify: (method, params) => this.told(method, params),
    });
    this.server = server;
    this.connection = connection;
    server.stdin.on("error", () => {}); // it ended: that is said by its exit
    server.stdout.on("data", (data) => connection.receive(data));
    server.stderr.on("data", (data) => this.log.append(data.toString()));
    server.on("error", (error) => this.ended(connection, `it cannot be started: ${error.message}`));
    server.on("exit", (code) => this.ended(connection, `it ended with status ${code}`));
    const answer = await connection.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders.map(c.folder),
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
    this.registered = register((method, params, token) => this.ask(method, params, token), answer.capabilities, this.refresh);
    this.status.text = "thesis";
    this.status.tooltip = "The language server of thesis has begun";
    this.status.show();
    for (const document of vscode.workspace.textDocuments) this.opened(document);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (!this.connection || this.connection.closed) return;
    await this.connection.request("shutdown", null).catch(() => {});
    this.connection.notify("exit", null);
    this.server?.stdin.end();
  }

  /** Ends the server; a new one is started since it ended. */
  restart(): void {
    this.starts = 0;
    if (this.connection && !this.connection.closed) this.server?.kill();
    else this.begin();
  }

  /** Asks the server. What was cancelled, was about an older text, or came while it ended, is no answer and no error. */
  async ask<M extends Method>(method: M, params: unknown, token?: Token): Promise<Answers[M] | undefined> {
    const connection = this.connection;
    if (!connection) return undefined;
    try {
      return await connection.request(method, params, token);
    } catch (error) {
      if (connection.closed || (error instanceof Refused && NO_ANSWER.includes(error.code))) return undefined;
      throw error;
    }
  }

  notify(method: string, params: unknown): void {
    this.connection?.notify(method, params);
  }

  private begin(): void {
    this.start().catch((error) => this.log.appendLine(String(error)));
  }

  private ended(connection: Connection, reason: string): void {
    if (connection !== this.connection || connection.closed) return;
    connection.close(reason);
    this.found.clear();
    for (const each of this.registered.splice(0)) each.dispose();
    this.status.text = "thesis: ended";
    if (this.stopped) return;
    if (++this.starts <= STARTS) this.begin();
    else void vscode.window.showErrorMessage(`The server of thesis is not there: ${reason}. See the setting thesis.command.`);
  }

  private asked(method: string, params: any): unknown {
    if (method === "workspace/inlayHint/refresh") this.refresh.hints.fire();
    else if (method === "workspace/codeLens/refresh") {
      this.refresh.lenses.fire();
      this.changedValues.fire();
    } else if (method === "workspace/applyEdit") return this.apply(params.edit);
    else if (method === "workspace/configuration") return params.items.map(() => this.settings());
    return null;
  }

  private told(method: string, params: any): void {
    if (method === "textDocument/publishDiagnostics") this.publish(params);
    else if (method === "window/logMessage") this.log.appendLine(params.message);
    else if (method === "window/showMessage") void vscode.window.showInformationMessage(params.message);
  }

  private publish(found: { uri: string; version?: number; diagnostics: Diagnostic[] }): void {
    const document = open(found.uri);
    if (document && found.version !== undefined && found.version !== document.version) return; // of an older text
    this.found.set(c.uri(found.uri), found.diagnostics.map(c.diagnostic));
  }

  /** Changes that the server asks for: of the very texts that it saw, or none. */
  private async apply(edit: WorkspaceEdit): Promise<{ applied: boolean }> {
    for (const { textDocument } of edit.documentChanges ?? []) {
      if (textDocument.version !== null && open(textDocument.uri)?.version !== textDocument.version) {
        void vscode.window.showInformationMessage("The text has changed meanwhile: nothing was put into it. Ask again.");
        return { applied: false };
      }
    }
    return { applied: await vscode.workspace.applyEdit(c.workspaceEdit(edit)) };
  }

  // --- texts -------------------------------------------------------------------------------------------------------

  opened(document: vscode.TextDocument): void {
    if (!served(document)) return;
    const item = { uri: document.uri.toString(), languageId: document.languageId, version: document.version, text: document.getText() };
    this.notify("textDocument/didOpen", { textDocument: item });
  }

  changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (!served(document) || !contentChanges.length) return;
    this.notify("textDocument/didChange", {
      textDocument: { uri: document.uri.toString(), version: document.version },
      contentChanges: contentChanges.map((change) => ({ range: c.fromRange(change.range), text: change.text })),
    });
  }

  about(document: vscode.TextDocument, method: string): void {
    if (served(document)) this.notify(method, { textDocument: { uri: document.uri.toString() } });
  }
}

/** The open text of an address. */
function open(address: string): vscode.TextDocument | undefined {
  const wanted = c.uri(address).toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}
