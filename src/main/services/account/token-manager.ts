import type { Log } from '../../logging/log.ts';
import { RemoteError } from '../sync/ports.ts';
import { AuthError, type AuthRemote, type Session, type SessionStore, type Tokens } from './ports.ts';

const GOOD_FOR_MS = 60_000;
const REFRESH_MS = 8_000;

/** Time as tokens see it; a test's own. */
export interface TokenClock {
  /** Milliseconds since 1970; may be moved by the user. */
  now(): number;
  /** Milliseconds that only ever go forward; may stand still while the machine sleeps. */
  monotonic(): number;
}

export const SYSTEM_CLOCK: TokenClock = { now: () => Date.now(), monotonic: () => performance.now() };

export interface TokenManagerOptions {
  /** Null: no cloud is configured. */
  readonly auth: Pick<AuthRemote, 'refresh'> | null;
  readonly sessions: Pick<SessionStore, 'save' | 'remove'>;
  /** The auth server has ended this session: the user has to sign in again. */
  readonly onSignedOut: (userId: string) => void;
  /** Makes a secret appear in no log. */
  readonly register: (secret: string) => void;
  readonly log: Log;
  readonly clock?: TokenClock;
  /** Of one refresh; default 8 s. */
  readonly refreshMs?: number;
}

/**
 * The one holder and refresher of the session. A refresh token is good once, so there is never more than one refresh,
 * and its answer is on the disk before anybody gets a token of it. A crash in between is what the auth server's reuse
 * window is for.
 */
export class TokenManager implements Tokens {
  readonly #options: TokenManagerOptions;
  readonly #clock: TokenClock;
  #session: Session | null = null;
  /** When the token ends by the clock that nobody moves. */
  #endsAt = 0;
  #refused = false;
  #refreshing: Promise<string> | null = null;
  #abort: AbortController | null = null;

  constructor(options: TokenManagerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  get session(): Session | null {
    return this.#session;
  }

  /** From now on tokens are of this session; null: there are none. A refresh that runs is given up. */
  adopt(session: Session | null): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#refreshing = null;
    this.#set(session);
  }

  async token(): Promise<string> {
    const session = this.#session;
    if (!session) throw new RemoteError('signed-out');
    if (!this.#refused && this.#leftMs(session) >= GOOD_FOR_MS) return session.accessToken;
    this.#refreshing ??= this.#refresh(session);
    return this.#refreshing;
  }

  refused(token: string): void {
    if (this.#session?.accessToken === token) this.#refused = true;
  }

  /** By the worse of both clocks: one may have been moved, the other stands still in a sleeping machine. */
  #leftMs(session: Session): number {
    return Math.min(session.expiresAt - this.#clock.now(), this.#endsAt - this.#clock.monotonic());
  }

  #set(session: Session | null): void {
    this.#session = session;
    this.#refused = false;
    if (!session) return;
    this.#endsAt = this.#clock.monotonic() + (session.expiresAt - this.#clock.now());
    this.#options.register(session.accessToken);
    this.#options.register(session.refreshToken);
  }

  #refresh(session: Session): Promise<string> {
    const abort = new AbortController();
    this.#abort = abort;
    const refreshing = this.#exchange(session, abort).finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = null;
      if (this.#abort === abort) this.#abort = null;
    });
    return refreshing;
  }

  async #exchange(session: Session, abort: AbortController): Promise<string> {
    const { auth, sessions, log, refreshMs = REFRESH_MS } = this.#options;
    if (!auth) throw new RemoteError('offline', { message: 'no cloud is configured' });
    const timer = setTimeout(() => abort.abort(), refreshMs);
    let next: Session;
    try {
      next = await whatComesFirst(auth.refresh(session, abort.signal), abort.signal);
    } catch (error) {
      if (this.#session !== session) throw new RemoteError('signed-out', {}, { cause: error });
      throw await this.#failed(session, error);
    } finally {
      clearTimeout(timer);
    }
    if (this.#session !== session) throw new RemoteError('signed-out');
    try {
      await sessions.save(next);
    } catch (error) {
      // The old one is used up on the server: what cannot be saved is still the only one there is.
      log.error('the session could not be saved', { error: String(error) });
    }
    if (this.#session !== session) {
      await sessions.remove(next.userId);
      throw new RemoteError('signed-out');
    }
    this.#set(next);
    return next.accessToken;
  }

  async #failed(session: Session, error: unknown): Promise<RemoteError> {
    const { sessions, onSignedOut, log } = this.#options;
    const kind = error instanceof AuthError ? error.kind : 'offline';
    const code = error instanceof AuthError ? error.code : null;
    if (kind !== 'refused') {
      log.info('no token could be had', { kind, code });
      return new RemoteError('offline', { code }, { cause: error });
    }
    log.warn('the auth server has ended the session', { code });
    this.#set(null);
    await sessions.remove(session.userId).catch((failure: unknown) => {
      log.error('an ended session could not be removed', { error: String(failure) });
    });
    onSignedOut(session.userId);
    return new RemoteError('signed-out', { code }, { cause: error });
  }
}

/** An adapter that does not listen to its signal must not hold up whoever waits for a token. */
function whatComesFirst<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const given = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AuthError('offline', 'timeout')), { once: true });
  });
  return Promise.race([work, given]);
}
