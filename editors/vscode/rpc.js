// Messages over the streams of a process: a head that says how long each is, and JSON.
"use strict";

class Connection {
  /** `write` takes bytes; `handlers` are asked for what the server asks or tells: { request(method, params), notify(method, params) }. */
  constructor(write, handlers) {
    this.write = write;
    this.handlers = handlers;
    this.buffer = Buffer.alloc(0);
    this.waiting = new Map();
    this.number = 0;
    this.closed = false;
  }

  send(message) {
    if (this.closed) return;
    const data = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }), "utf8");
    this.write(Buffer.concat([Buffer.from(`Content-Length: ${data.length}\r\n\r\n`, "ascii"), data]));
  }

  notify(method, params) {
    this.send({ method, params });
  }

  /** The answer of the server. `token` is VS Code's token of cancellation. */
  request(method, params, token) {
    if (this.closed) return Promise.reject(new Error("the server has ended"));
    const id = ++this.number;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ id, method, params });
    if (token) token.onCancellationRequested(() => this.notify("$/cancelRequest", { id }));
    return answer;
  }

  /** Takes bytes that the server wrote, in pieces of any size. */
  receive(bytes) {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (;;) {
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

  take(message) {
    if (message.method !== undefined && message.id !== undefined) {
      Promise.resolve()
        .then(() => this.handlers.request(message.method, message.params))
        .then(
          (result) => this.send({ id: message.id, result: result === undefined ? null : result }),
          (error) => this.send({ id: message.id, error: { code: -32603, message: String(error) } }),
        );
    } else if (message.method !== undefined) {
      this.handlers.notify(message.method, message.params);
    } else if (this.waiting.has(message.id)) {
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
      else resolve(message.result);
    }
  }

  /** The server is gone: whoever waits hears of it. */
  close(reason) {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}

module.exports = { Connection };
