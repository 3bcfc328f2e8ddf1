import type { Server } from 'node:http';

/** One Postgres for tests and development: PGlite in this process, or a real server in a folder of its own. */
export interface Engine {
  readonly kind: 'pglite' | 'postgres';
  /** As the owner of everything; ignores row security. `$1` parameters; jsonb comes as objects, bigint as numbers. */
  query<T = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several statements without parameters. */
  exec(sql: string): Promise<void>;
  /**
   * One transaction as an API role (`set local role`, `request.jwt.claims`), as PostgREST does it; rolled back when
   * `fn` throws. On `postgres` transactions of several callers really run beside each other.
   */
  as<T>(
    role: ApiRole,
    claims: Readonly<Record<string, unknown>> | null,
    fn: (query: Engine['query']) => Promise<T>,
  ): Promise<T>;
  /** Claims of a signed-in user. */
  asUser<T>(userId: string, fn: (query: Engine['query']) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
export type ApiRole = 'anon' | 'authenticated' | 'service_role';

/** What happens to the next requests that match; tests only. */
export interface Fault {
  /** Of the path, e.g. `/rest/v1/rpc/sync_push`. */
  readonly path: RegExp;
  /** How many requests it is for; default 1. */
  readonly times?: number;
  readonly do:
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      }
    /** The socket is closed before the request is looked at. */
    | { readonly kind: 'drop' }
    /** The request takes effect, its answer is lost. */
    | { readonly kind: 'lose-answer' }
    | { readonly kind: 'delay'; readonly ms: number }
    /** The answer of the server, changed. */
    | { readonly kind: 'change'; readonly body: (body: string) => string };
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly link: string;
  readonly at: string;
}

export interface CloudOptions {
  readonly engine: 'pglite' | 'postgres';
  /** Data folder; null: in memory, respectively a temporary one that goes with close(). */
  readonly folder?: string | null;
  /** 0: any free one. Always on 127.0.0.1. */
  readonly port?: number;
  /** Start the Edge Functions under Deno and the Stripe double; default false. */
  readonly functions?: boolean;
  /** Make the three demo users; default false. */
  readonly demoUsers?: boolean;
  readonly log?: (line: string) => void;
}

/** The local stand-in for a Supabase project, for development and tests. */
export interface Cloud {
  readonly url: string;
  /** Publishable key. */
  readonly key: string;
  readonly serviceKey: string;
  readonly engine: Engine;
  /** Mails that were not sent, newest last. */
  readonly mails: readonly Mail[];
  readonly stripe: StripeDouble | null;
  /** Requests since the start, for tests that count them. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Makes a confirmed user as the dashboard does. */
  addUser(email: string, password: string, username: string): Promise<{ id: string }>;
  /** A signed access token; `ttlSeconds` may be negative. */
  token(userId: string, options?: { ttlSeconds?: number; role?: string; secret?: string }): Promise<string>;
  close(): Promise<void>;
}

export interface StripeDouble {
  readonly url: string;
  readonly webhookSecret: string;
  readonly server: Server;
  /** Finishes an open checkout as a paying customer does, and sends the events. @returns the statuses of the webhook */
  pay(checkoutSessionId: string): Promise<readonly number[]>;
  /** Changes a subscription and sends the event. */
  update(subscriptionId: string, change: { status?: string; priceId?: string }): Promise<readonly number[]>;
}
