import type { z } from 'zod';
import { ReasonError, toReasonError } from '../../shared/errors.ts';
import { appHello } from '../../shared/ipc/app.ts';
import type { Command, Event, Upload } from '../../shared/ipc/contract.ts';
import { type ReplyEnvelope, requestEnvelopeSchema } from '../../shared/ipc/envelope.ts';
import { COMMANDS, TRANSIENT_EVENTS, UPLOADS } from '../../shared/ipc/index.ts';
import type { Log } from '../logging/log.ts';
import { readAll, withUploadFile } from './upload-body.ts';

/** A page as the transport hands it over: it has been authorised there. */
export interface RouterClient {
  send(text: string): void;
}

/** What the transport does with a connected page. */
export interface RouterConnection {
  /** Takes one message of the page; resolves when it has been answered. Never throws. */
  receive(text: string): Promise<void>;
  closed(): void;
}

/** An upload that was accepted by name and by what is said beside it. */
export interface AcceptedUpload {
  readonly maxBytes: number;
  /**
   * Takes bytes as they come; never more than `maxBytes`.
   * @throws ReasonError of the handler, `ipc.too-big`, `storage.*`
   */
  finish(body: AsyncIterable<Uint8Array>): Promise<unknown>;
}

export interface RouterOptions {
  readonly log: Log;
  /** Folder for uploads that are too big for memory, below the data folder; without it they are refused. */
  readonly uploads?: string;
  /** Applied to every detail that leaves. */
  readonly redact: (text: string) => string;
}

type Handler = (payload: unknown) => Promise<unknown>;
type UploadHandler = (meta: unknown, body: AsyncIterable<Uint8Array>) => Promise<unknown>;

/** More unanswered commands of one page than any screen can have. */
const MAX_IN_FLIGHT = 256;
/** Stands for the id of a message in which none could be read. */
const NO_ID = -1;

/**
 * The one border between pages and services. Sender and payload are checked here, once; a handler gets typed
 * data and throws ReasonErrors. What leaves is parsed by its schema too, so a field the contract does not name
 * never reaches a page.
 */
export class Router {
  readonly #log: Log;
  readonly #redact: (text: string) => string;
  readonly #uploadsDir: string | null;
  readonly #handlers = new Map<string, Handler>();
  readonly #uploads = new Map<string, UploadHandler>();
  /** The last snapshot of each event, as it is sent. */
  readonly #snapshots = new Map<string, string>();
  /** Pages that have said hello. */
  readonly #ready = new Set<RouterClient>();
  readonly #goneListeners: (() => void)[] = [];

  constructor(options: RouterOptions) {
    this.#log = options.log;
    this.#redact = options.redact;
    this.#uploadsDir = options.uploads ?? null;
  }

  /** Binds the one handler of a command. */
  handle<C extends Command>(
    command: C,
    fn: (payload: z.output<C['request']>) => Promise<z.input<C['response']>> | z.input<C['response']>,
  ): void {
    if (this.#handlers.has(command.name)) throw new Error(`${command.name} has a handler already`);
    this.#handlers.set(command.name, async (payload) => {
      const request = accept<z.output<C['request']>>(command.request, payload);
      return leave(command.name, command.response, await fn(request));
    });
  }

  /** Binds the one handler of an upload that is held in memory. */
  receive<U extends Upload>(
    upload: U,
    fn: (
      meta: z.output<U['meta']>,
      bytes: Uint8Array,
    ) => Promise<z.input<U['response']>> | z.input<U['response']>,
  ): void {
    if (upload.toFile) throw new Error(`${upload.name} comes as a file`);
    this.#bindUpload(upload, async (checked: z.output<U['meta']>, body) =>
      fn(checked, await readAll(body, upload.maxBytes)),
    );
  }

  /** Binds the one handler of an upload that comes as a file; the file is gone when the handler has ended. */
  receiveFile<U extends Upload>(
    upload: U,
    fn: (meta: z.output<U['meta']>, path: string) => Promise<z.input<U['response']>> | z.input<U['response']>,
  ): void {
    if (!upload.toFile) throw new Error(`${upload.name} is held in memory`);
    this.#bindUpload(upload, async (checked: z.output<U['meta']>, body) => {
      if (this.#uploadsDir === null) throw new ReasonError('ipc.not-allowed', 'no folder for uploads');
      return withUploadFile(this.#uploadsDir, body, upload.maxBytes, async (path) => fn(checked, path));
    });
  }

  #bindUpload<U extends Upload>(
    upload: U,
    run: (meta: z.output<U['meta']>, body: AsyncIterable<Uint8Array>) => Promise<z.input<U['response']>>,
  ): void {
    if (this.#uploads.has(upload.name)) throw new Error(`${upload.name} has a handler already`);
    this.#uploads.set(upload.name, async (meta, body) =>
      leave(upload.name, upload.response, await run(accept<z.output<U['meta']>>(upload.meta, meta), body)),
    );
  }

  /** Names of the contract that nobody answers; the composition root expects none. */
  unbound(): string[] {
    const commands = [...COMMANDS.keys()].filter((name) => !this.#handlers.has(name));
    return [...commands, ...[...UPLOADS.keys()].filter((name) => !this.#uploads.has(name))];
  }

  /** Sends a whole snapshot to every page and keeps it for the next one. A payload that breaks the contract is a bug: logged, not sent. */
  publish<E extends Event>(event: E, payload: z.input<E['payload']>): void {
    const parsed = event.payload.safeParse(payload);
    if (!parsed.success) {
      this.#log.error('event breaks the contract', { event: event.name, issues: parsed.error.message });
      return;
    }
    const text = encode({ type: 'event', event: event.name, payload: parsed.data });
    if (!TRANSIENT_EVENTS.has(event.name)) this.#snapshots.set(event.name, text);
    for (const client of this.#ready) client.send(text);
  }

  /** Takes a page that its transport has authorised. Nothing is answered or sent before its hello. */
  connect(client: RouterClient): RouterConnection {
    let inFlight = 0;
    let gone = false;
    const reply = (envelope: ReplyEnvelope) => {
      if (!gone) client.send(encode(envelope));
    };
    return {
      receive: async (text) => {
        const request = requestEnvelopeSchema.safeParse(parseJson(text));
        if (!request.success) {
          reply({ type: 'error', id: NO_ID, error: { reason: 'ipc.bad-payload' } });
          return;
        }
        const { id, command, payload } = request.data;
        inFlight++;
        try {
          if (inFlight > MAX_IN_FLIGHT) throw new ReasonError('ipc.not-allowed', 'too many commands at once');
          const greeted = this.#ready.has(client);
          if (!greeted && command !== appHello.name)
            throw new ReasonError('ipc.not-allowed', 'hello comes first');
          const handler = this.#handlers.get(command);
          if (!handler) throw new ReasonError('ipc.unknown-command', command);
          const result = await handler(payload);
          reply({ type: 'result', id, result });
          if (!greeted && !gone) this.#greet(client);
        } catch (error) {
          reply({ type: 'error', id, error: this.#explain(command, error) });
        } finally {
          inFlight--;
        }
      },
      closed: () => {
        gone = true;
        if (!this.#ready.delete(client) || this.#ready.size > 0) return;
        for (const listener of this.#goneListeners) listener();
      },
    };
  }

  /** The last page that had said hello is gone: a reload, a crash, the end. */
  onPageGone(listener: () => void): void {
    this.#goneListeners.push(listener);
  }

  /**
   * Accepts an upload before its bytes are read.
   * @throws ReasonError `ipc.unknown-command`, `ipc.bad-payload`; `ipc.not-allowed` while no page has said hello
   */
  acceptUpload(name: string, meta: unknown): AcceptedUpload {
    if (this.#ready.size === 0) throw new ReasonError('ipc.not-allowed', 'hello comes first');
    const upload = UPLOADS.get(name);
    const handler = this.#uploads.get(name);
    if (!upload || !handler) throw new ReasonError('ipc.unknown-command', name);
    accept(upload.meta, meta);
    return { maxBytes: upload.maxBytes, finish: (body) => handler(meta, body) };
  }

  /** The failure as a page may see it: a closed reason and a redacted detail. Logs what nobody expected. */
  explainUpload(name: string, error: unknown): { reason: ReasonError['reason']; detail?: string } {
    return this.#explain(`upload ${name}`, error);
  }

  #greet(client: RouterClient): void {
    if (this.#ready.has(client)) return;
    this.#ready.add(client);
    for (const text of this.#snapshots.values()) client.send(text);
  }

  #explain(command: string, thrown: unknown): { reason: ReasonError['reason']; detail?: string } {
    const error = toReasonError(thrown);
    if (error.reason === 'internal.unexpected') {
      this.#log.error('command failed unexpectedly', {
        command,
        stack: thrown instanceof Error ? thrown.stack : String(thrown),
      });
    }
    const detail = error.detail === undefined ? undefined : this.#redact(error.detail);
    return { reason: error.reason, ...(detail === undefined ? {} : { detail }) };
  }
}

function encode(envelope: ReplyEnvelope): string {
  return JSON.stringify(envelope);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accept<T>(schema: z.ZodType, value: unknown): T {
  const parsed = schema.safeParse(value);
  // Issues name paths and expectations; the values stay out of logs and answers.
  if (!parsed.success) throw new ReasonError('ipc.bad-payload', summary(parsed.error));
  return parsed.data as T;
}

function leave(name: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ReasonError(
      'internal.unexpected',
      `the answer of ${name} breaks the contract: ${summary(parsed.error)}`,
    );
  }
  return parsed.data;
}

function summary(error: z.ZodError): string {
  return error.issues
    .slice(0, 4)
    .map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.code}`)
    .join('; ');
}
