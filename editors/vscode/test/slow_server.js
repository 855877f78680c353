// A server that writes byte by byte, asks its client something, and tells what it was answered.
"use strict";
const message = (body) => {
  const text = JSON.stringify({ jsonrpc: "2.0", ...body });
  return Buffer.from(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
};
let waiting = Promise.resolve();
const say = (body) => {
  for (const byte of message(body)) {
    waiting = waiting.then(() => new Promise((resolve) => process.stdout.write(Buffer.from([byte]), resolve)));
  }
};
const capabilities = {
  completionProvider: { triggerCharacters: [] },
  signatureHelpProvider: { triggerCharacters: [] },
  documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
  semanticTokensProvider: { legend: { tokenTypes: [], tokenModifiers: [] } },
};
let read = "";
process.stdin.setEncoding("latin1"); // a character for each byte: lengths are in bytes
process.stdin.on("data", (data) => {
  read += data;
  for (;;) {
    const head = /^Content-Length: (\d+)\r\n\r\n/.exec(read);
    if (!head || read.length < head[0].length + Number(head[1])) return;
    const { id, method, result } = JSON.parse(read.slice(head[0].length, head[0].length + Number(head[1])));
    read = read.slice(head[0].length + Number(head[1]));
    if (method === "initialize") {
      say({ id, result: { capabilities } });
      say({ method: "window/logMessage", params: { message: "é🐉" } });
      say({ id: "asked", method: "workspace/configuration", params: { items: [{}] } });
    } else if (id === "asked") say({ method: "window/logMessage", params: { message: `answered ${JSON.stringify(result)}` } });
    else if (method === "textDocument/hover") process.exit(3); // it dies while it is asked
    else if (method === "shutdown") say({ id, result: null });
    else if (method === "exit") waiting.then(() => process.exit(0));
  }
});
