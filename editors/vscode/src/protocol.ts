/** What the server says, as far as the extension reads it: the shapes of the language server protocol, in JSON. */

export interface Position { line: number; character: number }
export interface Range { start: Position; end: Position }
export interface Location { uri: string; range: Range }
export interface TextEdit { range: Range; newText: string }
export interface Markup { value: string }
export interface Folder { uri: string; name: string }

export interface Diagnostic {
  range: Range;
  severity: number;
  code: string;
  source: string;
  message: string;
  relatedInformation?: { location: Location; message: string }[];
}

export interface TextDocumentEdit {
  textDocument: { uri: string; version: number | null };
  edits: TextEdit[];
}

export interface WorkspaceEdit {
  changes?: Record<string, TextEdit[]>;
  documentChanges?: TextDocumentEdit[];
}

export interface CompletionItem {
  label: string;
  kind: number;
  detail?: string;
  sortText?: string;
  filterText?: string;
  insertTextFormat?: number;
  textEdit: TextEdit;
  documentation?: Markup;
}

export interface DocumentSymbol {
  name: string;
  detail?: string;
  kind: number;
  range: Range;
  selectionRange: Range;
  children?: DocumentSymbol[];
}

export interface CallItem {
  name: string;
  detail?: string;
  kind: number;
  uri: string;
  range: Range;
  selectionRange: Range;
}

export interface SelectionRange { range: Range; parent?: SelectionRange }
export interface Command { title: string; command: string; arguments?: unknown[] }

/** What each request is answered with; null where there is nothing. */
export interface Answers {
  "initialize": { capabilities: Capabilities };
  "shutdown": null;
  "textDocument/completion": { items: CompletionItem[]; isIncomplete: boolean } | null;
  "completionItem/resolve": CompletionItem;
  "textDocument/hover": { contents: Markup; range: Range } | null;
  "textDocument/signatureHelp": {
    signatures: { label: string; documentation: Markup; parameters: { label: string | [number, number] }[] }[];
    activeSignature: number;
    activeParameter: number;
  } | null;
  "textDocument/definition": Location[] | null;
  "textDocument/typeDefinition": Location[] | null;
  "textDocument/references": Location[] | null;
  "textDocument/documentHighlight": { range: Range; kind: number }[] | null;
  "textDocument/documentSymbol": DocumentSymbol[] | null;
  "workspace/symbol": { name: string; kind: number; containerName?: string; location: Location }[] | null;
  "textDocument/prepareRename": { range: Range; placeholder: string } | null;
  "textDocument/rename": WorkspaceEdit | null;
  "textDocument/formatting": TextEdit[] | null;
  "textDocument/rangeFormatting": TextEdit[] | null;
  "textDocument/onTypeFormatting": TextEdit[] | null;
  "textDocument/codeAction": {
    title: string;
    kind: string;
    edit?: WorkspaceEdit;
    command?: Command;
    isPreferred?: boolean;
    diagnostics?: Diagnostic[];
  }[] | null;
  "textDocument/codeLens": { range: Range; command: Command }[] | null;
  "textDocument/inlayHint": { position: Position; label: string; kind?: number; tooltip?: string; paddingLeft?: boolean }[] | null;
  "textDocument/foldingRange": { startLine: number; endLine: number; kind?: string }[] | null;
  "textDocument/selectionRange": SelectionRange[] | null;
  "textDocument/documentLink": { range: Range; target: string }[] | null;
  "textDocument/linkedEditingRange": { ranges: Range[]; wordPattern: string } | null;
  "textDocument/prepareCallHierarchy": CallItem[] | null;
  "callHierarchy/incomingCalls": { from: CallItem; fromRanges: Range[] }[] | null;
  "callHierarchy/outgoingCalls": { to: CallItem; fromRanges: Range[] }[] | null;
  "textDocument/semanticTokens/full": { data: number[] } | null;
  "workspace/executeCommand": { title: string; text: string; form: string } | null;
}

export type Method = keyof Answers;

export interface Capabilities {
  completionProvider: { triggerCharacters: string[] };
  signatureHelpProvider: { triggerCharacters: string[] };
  documentOnTypeFormattingProvider: { firstTriggerCharacter: string };
  semanticTokensProvider: { legend: { tokenTypes: string[]; tokenModifiers: string[] } };
}
