import './zod-without-eval.ts';
import { ReasonError } from '../../shared/errors.ts';
import { appHello } from '../../shared/ipc/app.ts';
import type {
  Command,
  Event,
  MetaOf,
  PayloadOf,
  RequestOf,
  ResponseOf,
  Upload,
} from '../../shared/ipc/contract.ts';
import { type ReplyEnvelope, replyEnvelopeSchema } from '../../shared/ipc/envelope.ts';
import { TRANSIENT_EVENTS } from '../../shared/ipc/index.ts';
import { createHostTransport } from './host.ts';
import type { Transport } from './transport.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost';

/** The page's one way to main, the same in every host. */
export interface StudioClient {
  /**
   * Asks main. Before the first connection it waits for it.
   * @throws ReasonError main's reason, or `ipc.disconnected` when the connection is lost
   */
  call<C extends Command>(command: C, payload: RequestOf<C>): Promise<ResponseOf<C>>;
  /** Listens to an event; the last snapshot, if any, is given at once. Returns what ends it. */
  on<E extends Event>(event: E, listener: (payload: PayloadOf<E>) => void): () => void;
  /** @throws ReasonError like call(), and `ipc.too-big` */
  upload<U extends Upload>(upload: U, meta: MetaOf<U>, bytes: Blob): Promise<ResponseOf<U>>;
  readonly connection: {
    readonly state: ConnectionState;
    subscribe(listener: () => void): () => void;
  };
  readonly connected: boolean;
  close(): void;
}

interface Pending {
  readonly text: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts `transport` and speaks the contract over it; says hello first on every connection. Default: the host's own. */
export function createClient(transport: Transport = createHostTransport()): StudioClient {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const snapshots = new Map<string, unknown>();
  const watchers = new Set<() => void>();
  let state: ConnectionState = 'connecting';
  let nextId = 1;

  const setState = (next: ConnectionState) => {
    if (state === next) return;
    state = next;
    for (const watcher of watchers) watcher();
  };

  const request = (command: string, payload: unknown, sendNow: boolean) =>
    new Promise<unknown>((resolve, reject) => {
      const id = nextId++;
      const text = JSON.stringify({ id, command, payload });
      pending.set(id, { text, resolve, reject });
      if (sendNow) transport.send(text);
    });

  const take = (reply: ReplyEnvelope) => {
    if (reply.type === 'event') {
      if (!TRANSIENT_EVENTS.has(reply.event)) snapshots.set(reply.event, reply.payload);
      for (const listener of listeners.get(reply.event) ?? []) listener(reply.payload);
      return;
    }
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.type === 'result') waiting?.resolve(reply.result);
    else waiting?.reject(new ReasonError(reply.error.reason, reply.error.detail));
  };

  transport.start({
    opened: () => {
      const waiting = [...pending.values()];
      request(appHello.name, { protocol: 1 }, true).then(
        () => {
          setState('open');
          for (const { text } of waiting) transport.send(text);
        },
        // Refused or lost before an answer: the transport's next connection tries again.
        () => setState('lost'),
      );
    },
    message: (text) => take(replyEnvelopeSchema.parse(JSON.parse(text))),
    closed: () => {
      // Calls made before the first connection go on waiting for it.
      const first = state === 'connecting';
      if (!first) setState('lost');
      for (const [id, { text, reject }] of pending) {
        if (first && !text.includes(`"${appHello.name}"`)) continue;
        pending.delete(id);
        reject(new ReasonError('ipc.disconnected'));
      }
    },
  });

  return {
    async call(command, payload) {
      if (state === 'lost') throw new ReasonError('ipc.disconnected');
      return answerOf<typeof command>(command, await request(command.name, payload, state === 'open'));
    },
    on(event, listener) {
      const deliver = (payload: unknown) => listener(event.payload.parse(payload) as PayloadOf<typeof event>);
      const set = listeners.get(event.name) ?? new Set();
      listeners.set(event.name, set.add(deliver));
      if (snapshots.has(event.name)) deliver(snapshots.get(event.name));
      return () => void set.delete(deliver);
    },
    async upload(upload, meta, bytes) {
      if (bytes.size > upload.maxBytes)
        throw new ReasonError('ipc.too-big', `at most ${upload.maxBytes} bytes`);
      const said = Object.entries(meta ?? {}).map(([name, value]) => [name, String(value)]);
      const reply = replyEnvelopeSchema.parse(
        await transport.upload(upload.name, Object.fromEntries(said), bytes),
      );
      if (reply.type === 'error') throw new ReasonError(reply.error.reason, reply.error.detail);
      if (reply.type === 'event')
        throw new ReasonError('internal.unexpected', 'an upload answered by an event');
      return answerOf<typeof upload>(upload, reply.result);
    },
    connection: {
      get state() {
        return state;
      },
      subscribe(listener) {
        watchers.add(listener);
        return () => void watchers.delete(listener);
      },
    },
    get connected() {
      return state === 'open';
    },
    close: () => transport.close(),
  };
}

function answerOf<C extends Command | Upload>(definition: C, result: unknown): ResponseOf<C> {
  return definition.response.parse(result) as ResponseOf<C>;
}
