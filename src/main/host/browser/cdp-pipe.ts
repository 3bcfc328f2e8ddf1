import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const messageSchema = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/**
 * The browser's DevTools protocol over its private pipe (JSON texts, each ended by a NUL byte). Nothing but this
 * process can speak on it, and the browser ends by itself when the pipe breaks, so a crash here leaves none.
 */
export class CdpPipe {
  readonly #output: Writable;
  readonly #waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  #nextId = 1;
  #partial: Buffer[] = [];
  #closed = false;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.on('close', () => this.#close());
    // The end of the process says it all; a broken pipe is only its echo.
    input.on('error', () => this.#close());
    output.on('error', () => this.#close());
  }

  /** @throws Error when the browser refuses, or is gone */
  send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(`${method}: the browser is gone`));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  on(method: string, listener: (params: unknown) => void): void {
    this.#listeners.set(method, listener);
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      const text = Buffer.concat([...this.#partial, chunk.subarray(start, end)]).toString('utf8');
      this.#partial = [];
      start = end + 1;
      this.#take(messageSchema.parse(JSON.parse(text)));
    }
    if (start < chunk.byteLength) this.#partial.push(chunk.subarray(start));
  }

  #take(message: z.infer<typeof messageSchema>): void {
    if (message.id === undefined) {
      if (message.method !== undefined) this.#listeners.get(message.method)?.(message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result);
  }

  #close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error('the browser is gone'));
    this.#waiting.clear();
  }
}
