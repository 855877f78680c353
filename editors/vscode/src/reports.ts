/** What a command of the server answers, shown beside the text. */
import * as vscode from "vscode";
import type { Client } from "./client";

const BESIDE = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };

export class Reports {
  private readonly panels = new Map<string, vscode.WebviewPanel>();

  constructor(private readonly client: Client) {
    client.onValues(() => {
      for (const address of this.panels.keys()) void this.fill(address);
    });
  }

  /** Has the server do what a command names; of the file that is written in, where nothing else is given. */
  async execute(command: string, given: unknown[]) {
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    const asked = { command, arguments: given.length || !active ? given : [active] };
    try {
      const options = { location: vscode.ProgressLocation.Window, title: "thesis" };
      return await vscode.window.withProgress(options, () => this.client.ask("workspace/executeCommand", asked));
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** The answer as a text beside. */
  async show(command: string, given: unknown[]): Promise<void> {
    const found = await this.execute(command, given);
    if (!found) return;
    const content = `${found.title}\n\n${found.text}`;
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
    await vscode.window.showTextDocument(document, { ...BESIDE, preview: true });
  }

  /** The report beside the text; it is filled anew when there are new values. */
  async preview(given: unknown[]): Promise<void> {
    const address = given[0] ?? vscode.window.activeTextEditor?.document.uri.toString();
    if (typeof address !== "string") return;
    const before = this.panels.get(address);
    if (before) before.reveal(undefined, true);
    else {
      const panel = vscode.window.createWebviewPanel("thesis.report", "Report", BESIDE, { enableScripts: false });
      this.panels.set(address, panel);
      panel.onDidDispose(() => this.panels.delete(address));
    }
    await this.fill(address);
  }

  private async fill(address: string): Promise<void> {
    const found = await this.execute("thesis.report", [address, "html"]);
    const panel = this.panels.get(address);
    if (!found || !panel) return;
    panel.title = found.title;
    panel.webview.html = found.text;
  }
}
