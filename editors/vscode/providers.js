// What VS Code asks of a language, answered by the server.
"use strict";
const vscode = require("vscode");
const c = require("./convert");

/** Registers a provider for each thing that the server can do. `ask(method, params, token)` asks it. */
function register(ask, capabilities, refresh) {
  const rules = { language: "thesis" };
  const facts = { pattern: "**/facts/**/*.{yaml,yml}" };
  const about = (document, more = {}) => ({ textDocument: { uri: document.uri.toString() }, ...more });
  const at = (document, position, more = {}) => about(document, { position: c.fromPosition(position), ...more });
  const list = async (found, convert) => ((await found) || []).map(convert);
  const l = vscode.languages;
  const legend = capabilities.semanticTokensProvider.legend;
  const tokens = new vscode.SemanticTokensLegend(legend.tokenTypes, legend.tokenModifiers);

  return [
    l.registerCompletionItemProvider([rules, facts], {
      async provideCompletionItems(document, position, token) {
        const found = await ask("textDocument/completion", at(document, position), token);
        return found && new vscode.CompletionList(found.items.map(c.completionItem), found.isIncomplete);
      },
      async resolveCompletionItem(item, token) {
        const found = await ask("completionItem/resolve", item.asked, token);
        if (found.documentation) item.documentation = c.markdown(found.documentation);
        return item;
      },
    }, ...capabilities.completionProvider.triggerCharacters),
    l.registerHoverProvider([rules, facts], {
      async provideHover(document, position, token) {
        const found = await ask("textDocument/hover", at(document, position), token);
        return found && new vscode.Hover(c.markdown(found.contents), c.range(found.range));
      },
    }),
    l.registerSignatureHelpProvider(rules, {
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
    }, ...capabilities.signatureHelpProvider.triggerCharacters),
    l.registerDefinitionProvider([rules, facts], {
      provideDefinition: (d, p, t) => list(ask("textDocument/definition", at(d, p), t), c.location),
    }),
    l.registerTypeDefinitionProvider(rules, {
      provideTypeDefinition: (d, p, t) => list(ask("textDocument/typeDefinition", at(d, p), t), c.location),
    }),
    l.registerReferenceProvider(rules, {
      provideReferences: (d, p, context, t) => list(ask("textDocument/references", at(d, p, { context }), t), c.location),
    }),
    l.registerDocumentHighlightProvider(rules, {
      provideDocumentHighlights: (d, p, t) =>
        list(ask("textDocument/documentHighlight", at(d, p), t), (h) => new vscode.DocumentHighlight(c.range(h.range), h.kind - 1)),
    }),
    l.registerDocumentSymbolProvider(rules, {
      provideDocumentSymbols: (d, t) => list(ask("textDocument/documentSymbol", about(d), t), c.symbol),
    }),
    l.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query, t) =>
        list(ask("workspace/symbol", { query }, t), (s) =>
          new vscode.SymbolInformation(s.name, s.kind - 1, s.containerName || "", c.location(s.location))),
    }),
    l.registerRenameProvider(rules, {
      async prepareRename(d, p, t) {
        const found = await ask("textDocument/prepareRename", at(d, p), t);
        if (!found) throw new Error("There is no name here that the rules declare.");
        return { range: c.range(found.range), placeholder: found.placeholder };
      },
      provideRenameEdits: async (d, p, newName, t) =>
        c.workspaceEdit(await ask("textDocument/rename", at(d, p, { newName }), t)),
    }),
    l.registerDocumentFormattingEditProvider(rules, {
      provideDocumentFormattingEdits: (d, options, t) => list(ask("textDocument/formatting", about(d, { options }), t), c.edit),
    }),
    l.registerDocumentRangeFormattingEditProvider(rules, {
      provideDocumentRangeFormattingEdits: (d, r, options, t) =>
        list(ask("textDocument/rangeFormatting", about(d, { range: c.fromRange(r), options }), t), c.edit),
    }),
    l.registerOnTypeFormattingEditProvider(rules, {
      provideOnTypeFormattingEdits: (d, p, ch, options, t) =>
        list(ask("textDocument/onTypeFormatting", at(d, p, { ch, options }), t), c.edit),
    }, capabilities.documentOnTypeFormattingProvider.firstTriggerCharacter),
    l.registerCodeActionsProvider([rules, facts], {
      provideCodeActions: (d, r, context, t) => {
        const only = context.only ? [context.only.value] : undefined;
        return list(ask("textDocument/codeAction", about(d, { range: c.fromRange(r), context: { diagnostics: [], only } }), t), (a) => {
          const made = new vscode.CodeAction(a.title, new vscode.CodeActionKind(a.kind));
          if (a.edit) made.edit = c.workspaceEdit(a.edit);
          made.command = a.command;
          made.isPreferred = a.isPreferred;
          made.diagnostics = (a.diagnostics || []).map(c.diagnostic);
          return made;
        });
      },
    }),
    l.registerCodeLensProvider(rules, {
      onDidChangeCodeLenses: refresh.lenses.event,
      provideCodeLenses: (d, t) => list(ask("textDocument/codeLens", about(d), t), (x) => new vscode.CodeLens(c.range(x.range), x.command)),
    }),
    l.registerInlayHintsProvider(rules, {
      onDidChangeInlayHints: refresh.hints.event,
      provideInlayHints: (d, r, t) =>
        list(ask("textDocument/inlayHint", about(d, { range: c.fromRange(r) }), t), (h) => {
          const made = new vscode.InlayHint(c.position(h.position), h.label, h.kind === 1 ? vscode.InlayHintKind.Type : undefined);
          made.tooltip = h.tooltip;
          made.paddingLeft = h.paddingLeft;
          return made;
        }),
    }),
    l.registerFoldingRangeProvider(rules, {
      provideFoldingRanges: (d, context, t) =>
        list(ask("textDocument/foldingRange", about(d), t), (f) =>
          new vscode.FoldingRange(f.startLine, f.endLine, f.kind === "comment" ? vscode.FoldingRangeKind.Comment : undefined)),
    }),
    l.registerSelectionRangeProvider(rules, {
      provideSelectionRanges: (d, positions, t) =>
        list(ask("textDocument/selectionRange", about(d, { positions: positions.map(c.fromPosition) }), t), c.selection),
    }),
    l.registerDocumentLinkProvider(rules, {
      provideDocumentLinks: (d, t) =>
        list(ask("textDocument/documentLink", about(d), t), (x) => new vscode.DocumentLink(c.range(x.range), c.uri(x.target))),
    }),
    l.registerLinkedEditingRangeProvider(rules, {
      async provideLinkedEditingRanges(d, p, t) {
        const found = await ask("textDocument/linkedEditingRange", at(d, p), t);
        return found && new vscode.LinkedEditingRanges(found.ranges.map(c.range), new RegExp(found.wordPattern));
      },
    }),
    l.registerCallHierarchyProvider(rules, {
      prepareCallHierarchy: (d, p, t) => list(ask("textDocument/prepareCallHierarchy", at(d, p), t), c.callItem),
      provideCallHierarchyIncomingCalls: (item, t) =>
        list(ask("callHierarchy/incomingCalls", { item: item.asked }, t), (x) =>
          new vscode.CallHierarchyIncomingCall(c.callItem(x.from), x.fromRanges.map(c.range))),
      provideCallHierarchyOutgoingCalls: (item, t) =>
        list(ask("callHierarchy/outgoingCalls", { item: item.asked }, t), (x) =>
          new vscode.CallHierarchyOutgoingCall(c.callItem(x.to), x.fromRanges.map(c.range))),
    }),
    l.registerDocumentSemanticTokensProvider(rules, {
      async provideDocumentSemanticTokens(d, t) {
        const found = await ask("textDocument/semanticTokens/full", about(d), t);
        return new vscode.SemanticTokens(new Uint32Array(found.data));
      },
    }, tokens),
  ];
}

module.exports = { register };
