/** What VS Code asks of a language, answered by the server. */
import * as vscode from "vscode";
import * as c from "./convert";
import type { Answers, Capabilities, Method } from "./protocol";
import type { Token } from "./rpc";

/** Asks the server; undefined where there is no answer for this text any more. */
export type Ask = <M extends Method>(method: M, params: unknown, token?: Token) => Promise<Answers[M] | undefined>;

export interface Refresh {
  lenses: vscode.EventEmitter<void>;
  hints: vscode.EventEmitter<void>;
}

const RULES: vscode.DocumentFilter = { language: "thesis" };
const FACTS: vscode.DocumentFilter = { pattern: "**/facts/**/*.{yaml,yml}" };

const about = (d: vscode.TextDocument, more: object = {}) => ({ textDocument: { uri: d.uri.toString() }, ...more });
const at = (d: vscode.TextDocument, p: vscode.Position, more: object = {}) => about(d, { position: c.fromPosition(p), ...more });

async function list<T, U>(found: Promise<T[] | null | undefined>, convert: (each: T) => U): Promise<U[]> {
  return ((await found) ?? []).map(convert);
}

/** Registers a provider for each thing that the server can do. */
export function register(ask: Ask, can: Capabilities, refresh: Refresh): vscode.Disposable[] {
  return [...writing(ask, can), ...places(ask), ...changes(ask, can), ...beside(ask, refresh), ...shape(ask, can)];
}

/** What helps while a text is written. */
function writing(ask: Ask, can: Capabilities): vscode.Disposable[] {
  return [
    vscode.languages.registerCompletionItemProvider([RULES, FACTS], {
      async provideCompletionItems(document, position, token) {
        const found = await ask("textDocument/completion", at(document, position), token);
        return found && new vscode.CompletionList(found.items.map((i) => new c.CompletionItem(i)), found.isIncomplete);
      },
      async resolveCompletionItem(item, token) {
        if (!(item instanceof c.CompletionItem)) return item;
        const found = await ask("completionItem/resolve", item.asked, token);
        if (found?.documentation) item.documentation = c.markdown(found.documentation);
        return item;
      },
    }, ...can.completionProvider.triggerCharacters),
    vscode.languages.registerHoverProvider([RULES, FACTS], {
      async provideHover(document, position, token) {
        const found = await ask("textDocument/hover", at(document, position), token);
        return found && new vscode.Hover(c.markdown(found.contents), c.range(found.range));
      },
    }),
    vscode.languages.registerSignatureHelpProvider(RULES, {
      async provideSignatureHelp(document, position, token) {
        const found = await ask("textDocument/signatureHelp", at(document, position), token);
        if (!found) return found;
        const help = new vscode.SignatureHelp();
        help.signatures = found.signatures.map((s) => {
          const made = new vscode.SignatureInformation(s.label, c.markdown(s.documentation));
          made.parameters = s.parameters.map((p) => new vscode.ParameterInformation(p.label));
          return made;
        });
        help.activeSignature = found.activeSignature;
        help.activeParameter = found.activeParameter;
        return help;
      },
    }, ...can.signatureHelpProvider.triggerCharacters),
    vscode.languages.registerLinkedEditingRangeProvider(RULES, {
      async provideLinkedEditingRanges(d, p, t) {
        const found = await ask("textDocument/linkedEditingRange", at(d, p), t);
        return found && new vscode.LinkedEditingRanges(found.ranges.map(c.range), new RegExp(found.wordPattern));
      },
    }),
  ];
}

/** Where a name is said, and what reads what. */
function places(ask: Ask): vscode.Disposable[] {
  return [
    vscode.languages.registerDefinitionProvider([RULES, FACTS], {
      provideDefinition: (d, p, t) => list(ask("textDocument/definition", at(d, p), t), c.location),
    }),
    vscode.languages.registerTypeDefinitionProvider(RULES, {
      provideTypeDefinition: (d, p, t) => list(ask("textDocument/typeDefinition", at(d, p), t), c.location),
    }),
    vscode.languages.registerReferenceProvider(RULES, {
      provideReferences: (d, p, context, t) => list(ask("textDocument/references", at(d, p, { context }), t), c.location),
    }),
    vscode.languages.registerDocumentHighlightProvider(RULES, {
      provideDocumentHighlights: (d, p, t) =>
        list(ask("textDocument/documentHighlight", at(d, p), t), (h) => new vscode.DocumentHighlight(c.range(h.range), h.kind - 1)),
    }),
    vscode.languages.registerDocumentSymbolProvider(RULES, {
      provideDocumentSymbols: (d, t) => list(ask("textDocument/documentSymbol", about(d), t), c.symbol),
    }),
    vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query, t) =>
        list(ask("workspace/symbol", { query }, t), (s) =>
          new vscode.SymbolInformation(s.name, s.kind - 1, s.containerName ?? "", c.location(s.location))),
    }),
    vscode.languages.registerDocumentLinkProvider(RULES, {
      provideDocumentLinks: (d, t) =>
        list(ask("textDocument/documentLink", about(d), t), (x) => new vscode.DocumentLink(c.range(x.range), c.uri(x.target))),
    }),
    vscode.languages.registerCallHierarchyProvider(RULES, {
      prepareCallHierarchy: (d, p, t) => list(ask("textDocument/prepareCallHierarchy", at(d, p), t), (i) => new c.CallItem(i)),
      provideCallHierarchyIncomingCalls: (item, t) =>
        list(ask("callHierarchy/incomingCalls", { item: (item as c.CallItem).asked }, t), (x) =>
          new vscode.CallHierarchyIncomingCall(new c.CallItem(x.from), x.fromRanges.map(c.range))),
      provideCallHierarchyOutgoingCalls: (item, t) =>
        list(ask("callHierarchy/outgoingCalls", { item: (item as c.CallItem).asked }, t), (x) =>
          new vscode.CallHierarchyOutgoingCall(new c.CallItem(x.to), x.fromRanges.map(c.range))),
    }),
  ];
}

/** What changes texts: another name, the standard layout, mends. */
function changes(ask: Ask, can: Capabilities): vscode.Disposable[] {
  return [
    vscode.languages.registerRenameProvider(RULES, {
      async prepareRename(d, p, t) {
        const found = await ask("textDocument/prepareRename", at(d, p), t);
        if (!found) throw new Error("There is no name here that the rules declare.");
        return { range: c.range(found.range), placeholder: found.placeholder };
      },
      async provideRenameEdits(d, p, newName, t) {
        const found = await ask("textDocument/rename", at(d, p, { newName }), t);
        return found && c.workspaceEdit(found);
      },
    }),
    vscode.languages.registerDocumentFormattingEditProvider(RULES, {
      provideDocumentFormattingEdits: (d, options, t) => list(ask("textDocument/formatting", about(d, { options }), t), c.edit),
    }),
    vscode.languages.registerDocumentRangeFormattingEditProvider(RULES, {
      provideDocumentRangeFormattingEdits: (d, r, options, t) =>
        list(ask("textDocument/rangeFormatting", about(d, { range: c.fromRange(r), options }), t), c.edit),
    }),
    vscode.languages.registerOnTypeFormattingEditProvider(RULES, {
      provideOnTypeFormattingEdits: (d, p, ch, options, t) =>
        list(ask("textDocument/onTypeFormatting", at(d, p, { ch, options }), t), c.edit),
    }, can.documentOnTypeFormattingProvider.firstTriggerCharacter),
    vscode.languages.registerCodeActionsProvider([RULES, FACTS], {
      provideCodeActions(d, r, context, t) {
        const only = context.only ? [context.only.value] : undefined;
        const asked = about(d, { range: c.fromRange(r), context: { diagnostics: [], only } });
        return list(ask("textDocument/codeAction", asked, t), (a) => {
          const made = new vscode.CodeAction(a.title, vscode.CodeActionKind.Empty.append(a.kind));
          if (a.edit) made.edit = c.workspaceEdit(a.edit);
          made.command = a.command;
          made.isPreferred = a.isPreferred;
          made.diagnostics = (a.diagnostics ?? []).map(c.diagnostic);
          return made;
        });
      },
    }),
  ];
}

/** What stands above and beside the text. */
function beside(ask: Ask, refresh: Refresh): vscode.Disposable[] {
  return [
    vscode.languages.registerCodeLensProvider(RULES, {
      onDidChangeCodeLenses: refresh.lenses.event,
      provideCodeLenses: (d, t) => list(ask("textDocument/codeLens", about(d), t), (x) => new vscode.CodeLens(c.range(x.range), x.command)),
    }),
    vscode.languages.registerInlayHintsProvider(RULES, {
      onDidChangeInlayHints: refresh.hints.event,
      provideInlayHints: (d, r, t) =>
        list(ask("textDocument/inlayHint", about(d, { range: c.fromRange(r) }), t), (h) => {
          const made = new vscode.InlayHint(c.position(h.position), h.label, h.kind === 1 ? vscode.InlayHintKind.Type : undefined);
          made.tooltip = h.tooltip;
          made.paddingLeft = h.paddingLeft;
          return made;
        }),
    }),
  ];
}

/** What a text looks like: its parts and its colours. */
function shape(ask: Ask, can: Capabilities): vscode.Disposable[] {
  const { tokenTypes, tokenModifiers } = can.semanticTokensProvider.legend;
  return [
    vscode.languages.registerFoldingRangeProvider(RULES, {
      provideFoldingRanges: (d, _, t) =>
        list(ask("textDocument/foldingRange", about(d), t), (f) =>
          new vscode.FoldingRange(f.startLine, f.endLine, f.kind === "comment" ? vscode.FoldingRangeKind.Comment : undefined)),
    }),
    vscode.languages.registerSelectionRangeProvider(RULES, {
      provideSelectionRanges: (d, positions, t) =>
        list(ask("textDocument/selectionRange", about(d, { positions: positions.map(c.fromPosition) }), t), c.selection),
    }),
    vscode.languages.registerDocumentSemanticTokensProvider(RULES, {
      async provideDocumentSemanticTokens(d, t) {
        const found = await ask("textDocument/semanticTokens/full", about(d), t);
        return found && new vscode.SemanticTokens(new Uint32Array(found.data));
      },
    }, new vscode.SemanticTokensLegend(tokenTypes, tokenModifiers)),
  ];
}
