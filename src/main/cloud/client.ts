import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import type { Tokens } from '../services/account/ports.ts';
import { RemoteError } from '../services/sync/ports.ts';
import type { CloudConfig } from './config.ts';
import { failureOf, isTokenRefused } from './failures.ts';
import { boundedFetch, type Outcome, observed } from './http.ts';
import { CLOUD_SOCKET } from './web-socket.ts';

/** A page of a first pull on a slow line. */
const TIMEOUT_MS = 30_000;

export interface CloudClientOptions {
  readonly config: CloudConfig;
  readonly tokens: Tokens;
  /** Of one request with its body; default 30 s. */
  readonly timeoutMs?: number;
}

/** What the libraries answer with. */
export interface CloudAnswer {
  readonly data: unknown;
  readonly error: unknown;
}
export type CloudRequest = (client: SupabaseClient) => PromiseLike<CloudAnswer>;

/** Calls of the signed-in user. Asks for no session of its own: every token comes from {@link Tokens}. */
export class CloudClient {
  readonly #options: CloudClientOptions;
  #client: SupabaseClient | null = null;

  constructor(options: CloudClientOptions) {
    this.#options = options;
  }

  /**
   * One call; a token that the server does not take is replaced once.
   * @param timeoutMs of each request, in place of the client's own
   * @returns the body of the answer, as `schema` has it
   * @throws RemoteError and nothing else
   */
  async call<T>(schema: z.ZodType<T>, request: CloudRequest, timeoutMs?: number): Promise<T> {
    let { result, outcome } = await this.#once(request, timeoutMs);
    if (isTokenRefused(outcome) && outcome.token !== null) {
      this.#options.tokens.refused(outcome.token);
      ({ result, outcome } = await this.#once(request, timeoutMs));
    }
    const failure = failureOf(outcome);
    if (failure) throw failure;
    const parsed = result.error ? null : schema.safeParse(result.data);
    if (parsed?.success) return parsed.data;
    throw new RemoteError('bad-answer', { status: outcome.status }, { cause: parsed?.error ?? result.error });
  }

  async #once(
    request: CloudRequest,
    timeoutMs: number | undefined,
  ): Promise<{ result: CloudAnswer; outcome: Outcome }> {
    const client = await this.#open();
    return observed(async () => {
      try {
        return await request(client);
      } catch (error) {
        // How the request ended is known; what is thrown here is about a body that cannot be read.
        return { data: null, error };
      }
    }, timeoutMs);
  }

  /** Asks for a token first: without one there is nothing to send, and why is not to pass through a library. */
  async #open(): Promise<SupabaseClient> {
    const { config, tokens, timeoutMs } = this.#options;
    await tokens.token();
    this.#client ??= createClient(config.url, config.key, {
      accessToken: () => tokens.token(),
      global: { fetch: boundedFetch(timeoutMs ?? TIMEOUT_MS) },
      realtime: { transport: CLOUD_SOCKET },
    });
    return this.#client;
  }
}
