import { RealtimeClient } from '@supabase/supabase-js';
import type WebSocket from 'ws';
import type { Tokens } from '../services/account/ports.ts';
import type { ChangeHints } from '../services/sync/ports.ts';
import type { CloudConfig } from './config.ts';
import { collectSockets } from './web-socket.ts';

const TABLES = [
  { table: 'users', column: 'id' },
  { table: 'user_subscriptions', column: 'user_id' },
] as const;
const FIRST_WAIT_MS = 2_000;
const LAST_WAIT_MS = 5 * 60_000;

export interface HintsOptions {
  readonly config: CloudConfig;
  readonly tokens: Tokens;
  /** Before the first reconnect; doubles up to five minutes. Default 2 s. */
  readonly firstWaitMs?: number;
  readonly random?: () => number;
}

/**
 * Realtime as a hint: an event, and every subscription that begins, says that something may have changed. Payloads
 * are not looked at. What is lost is got by the next ordinary sync, so failures are only tried again, quietly.
 */
export function createChangeHints(options: HintsOptions): ChangeHints {
  return {
    listen(userId, onHint) {
      const listening = new Listening(options, userId, onHint);
      return () => listening.stop();
    },
  };
}

class Listening {
  readonly #options: HintsOptions;
  readonly #userId: string;
  readonly #onHint: () => void;
  #client: RealtimeClient | null = null;
  #sockets: ReadonlySet<WebSocket> = new Set();
  #timer: NodeJS.Timeout | null = null;
  #waitMs: number;
  #stopped = false;

  constructor(options: HintsOptions, userId: string, onHint: () => void) {
    this.#options = options;
    this.#userId = userId;
    this.#onHint = onHint;
    this.#waitMs = options.firstWaitMs ?? FIRST_WAIT_MS;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#close();
  }

  async #connect(): Promise<void> {
    const { config, tokens } = this.#options;
    const { transport, sockets } = collectSockets();
    const client = new RealtimeClient(`${config.url.replace(/^http/, 'ws')}/realtime/v1`, {
      params: { apikey: config.key },
      accessToken: () => tokens.token(),
      transport,
      // A connection that ends is replaced as a whole below, with a token that is good.
      reconnectAfterMs: () => LAST_WAIT_MS,
    });
    this.#client = client;
    this.#sockets = sockets;
    try {
      // The client asks for one itself, but joins before it has it; and it would say nothing about having none.
      await tokens.token();
      await client.setAuth();
    } catch {
      // Signed out or offline: both may end, and this listener is stopped when it is for good.
      this.#close();
      this.#later();
      return;
    }
    if (this.#client !== client) return;
    const channel = client.channel(`account:${this.#userId}`);
    for (const { table, column } of TABLES) {
      const filter = { event: '*', schema: 'public', table, filter: `${column}=eq.${this.#userId}` } as const;
      channel.on('postgres_changes', filter, () => this.#hint(client));
    }
    channel.subscribe((status) => {
      if (this.#client !== client) return;
      if (status === 'SUBSCRIBED') {
        this.#waitMs = this.#options.firstWaitMs ?? FIRST_WAIT_MS;
        this.#hint(client);
      } else {
        this.#close();
        this.#later();
      }
    });
  }

  #hint(client: RealtimeClient): void {
    if (!this.#stopped && this.#client === client) this.#onHint();
  }

  #later(): void {
    if (this.#stopped || this.#timer) return;
    const { random = Math.random } = this.#options;
    const waitMs = this.#waitMs * (0.5 + random() / 2);
    this.#waitMs = Math.min(this.#waitMs * 2, LAST_WAIT_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#connect();
    }, waitMs);
    this.#timer.unref();
  }

  #close(): void {
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    for (const channel of client.getChannels()) channel.teardown();
    // Its own disconnect() leaves a timer of 10 s behind, for which the whole program would have to wait.
    for (const socket of this.#sockets) {
      socket.once('close', () => client.reconnectTimer.reset());
      socket.terminate();
    }
  }
}
