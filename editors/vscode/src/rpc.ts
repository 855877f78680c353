/** Messages over the streams of a process: a head that says how long each is, and JSON. */
import type { Answers, Method } from "./protocol";

/** What may cancel a request: VS Code's token, as far as it is used. */
export interface Token {
  onCancellationRequested(listener: () => void): unknown;
}

/** What the server asks or tells of its own accord. */
export interface Handlers {
  request(method: string, params: any): unknown;
  notify(method: string, params: any): void;
}

interface Message {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A request that the server answered with an error. */
export class Refused extends Error {
  constructor(message: string, readonly code: number) {
    super(message);
  }
}

export class Connection {
  closed = false;
  private buffer: Buffer = Buffer.alloc(0);
  private number = 0;
  private readonly waiting = new Map<number | string, Waiting>();

  /** `write` takes bytes for the server. */
  constructor(private readonly write: (data: Buffer) => void, private readonly handlers: Handlers) {}

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  /** The answer of the server. Rejects with `Refused`, or with why the server ended. */
  request<M extends Method>(method: M, params: unknown, token?: Token): Promise<Answers[M]> {
    if (this.closed) return Promise.reject(new Error("the server has ended"));
    const id = ++this.number;
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ id, method, params });
    token?.onCancellationRequested(() => this.notify("$/cancelRequest", { id }));
    return answer as Promise<Answers[M]>;
  }

  /** Takes bytes that the server wrote, in pieces of any size. */
  receive(bytes: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (;;) {
      const end = this.buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /content-length:\s*(\d+)/i.exec(this.buffer.toString("ascii", 0, end));
      if (!length) throw new Error("the server sent a message without a length");
      const begin = end + 4;
      const stop = begin + Number(length[1]);
      if (this.buffer.length < stop) return;
      const message: Message = JSON.parse(this.buffer.toString("utf8", begin, stop));
      this.buffer = this.buffer.subarray(stop);
      this.take(message);
    }
  }

  /** The server is gone: whoever waits hears of it. */
  close(reason: string): void {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }

  private send(message: Message): void {
    if (this.closed) return;
    const data = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }), "utf8");
    this.write(Buffer.concat([Buffer.from(`Content-Length: ${data.length}\r\n\r\n`, "ascii"), data]));
  }

  private take({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id === undefined) this.handlers.notify(method, params);
      else void this.answer(id, method, params);
      return;
    }
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    if (id === undefined || !waiting) return;
    this.waiting.delete(id);
    if (error) waiting.reject(new Refused(error.message, error.code));
    else waiting.resolve(result);
  }

  private async answer(id: number | string, method: string, params: unknown): Promise<void> {
    try {
      const result = await this.handlers.request(method, params);
      this.send({ id, result: result === undefined ? null : result });
    } catch (error) {
      this.send({ id, error: { code: -32603, message: String(error) } });
    }
  }
}
