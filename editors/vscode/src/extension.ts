/** The extension: it begins the client, tells it of what its user does, and has the commands. */
import * as vscode from "vscode";
import { Client } from "./client";
import { folder } from "./convert";
import { Reports } from "./reports";

let client: Client | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Client> {
  const begun = new Client();
  client = begun;
  const reports = new Reports(begun);
  context.subscriptions.push(begun.found, begun.log, begun.status, ...texts(begun), ...commands(begun, reports));
  await begun.start();
  return begun;
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

/** What happens to texts, files, folders and settings. */
function texts(to: Client): vscode.Disposable[] {
  const say = (method: string) => (document: vscode.TextDocument) => to.about(document, method);
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{thesis,yaml,yml,csv}");
  const changed = (type: number) => (uri: vscode.Uri) =>
    to.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uri.toString(), type }] });
  return [
    vscode.workspace.onDidOpenTextDocument((document) => to.opened(document)),
    vscode.workspace.onDidChangeTextDocument((event) => to.changed(event)),
    vscode.workspace.onDidSaveTextDocument(say("textDocument/didSave")),
    vscode.workspace.onDidCloseTextDocument(say("textDocument/didClose")),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("thesis.command")) to.restart();
      else if (event.affectsConfiguration("thesis")) {
        to.notify("workspace/didChangeConfiguration", { settings: { thesis: to.settings() } });
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      to.notify("workspace/didChangeWorkspaceFolders", { event: { added: added.map(folder), removed: removed.map(folder) } });
    }),
    watcher,
    watcher.onDidCreate(changed(1)),
    watcher.onDidChange(changed(2)),
    watcher.onDidDelete(changed(3)),
  ];
}

/** Commands of lenses and light bulbs are given what they are about; those of the palette are about the file at hand. */
function commands(to: Client, reports: Reports): vscode.Disposable[] {
  const command = vscode.commands.registerCommand;
  const shown = (asked: string) => command(asked, (...given) => reports.show(asked, given));
  const ofThisFile = (name: string, asked: string) => command(name, () => reports.show(asked, []));
  const chosen = async () => {
    const company = await vscode.window.showInputBox({ prompt: "Ticker for which values are shown; empty: whom each thesis is for" });
    if (company === undefined) return;
    const asOf = await vscode.window.showInputBox({ prompt: "As of which day (YYYY-MM-DD); empty: today" });
    if (asOf !== undefined) await reports.execute("thesis.showFor", [company.trim(), asOf.trim()]);
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
    command("thesis.showFor", chosen), // the lens that says for whom values are
    command("thesis.chooseCompany", chosen),
    command("thesis.restart", () => to.restart()),
  ];
}
