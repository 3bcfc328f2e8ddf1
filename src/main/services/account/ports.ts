import type { z } from 'zod';
import type { AuthProvider, guestWorkSchema } from '../../../shared/ipc/account.ts';

export type GuestWorkCounts = z.infer<typeof guestWorkSchema>;

/** What is kept of a session: enough to go on without asking for the password. Never leaves main. */
export interface Session {
  readonly userId: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds since 1970 by this machine's clock. */
  readonly expiresAt: number;
}

/** The auth server. Throws {@link AuthError}; a lost network is never a refusal. */
export interface AuthRemote {
  signIn(email: string, password: string): Promise<Session>;
  /** Null: the address has to be confirmed first. `redirectTo` is where the mail's link leads. */
  signUp(
    input: { email: string; password: string; username: string },
    redirectTo: string,
  ): Promise<Session | null>;
  resend(email: string, redirectTo: string): Promise<void>;
  /** The address to open in the system's browser; keeps the verifier that `exchange` needs. */
  authorizeUrl(provider: AuthProvider, redirectTo: string): Promise<string>;
  /** A code of the browser or of a mail for a session (PKCE). */
  exchange(code: string): Promise<Session>;
  refresh(session: Session, signal: AbortSignal): Promise<Session>;
  /** Ends the session on the server; best effort. */
  signOut(session: Session): Promise<void>;
}

/** `refused` is the auth server's own 400, 401, 403 or 422; only that ends a session. */
export class AuthError extends Error {
  readonly kind: 'offline' | 'busy' | 'refused' | 'bad-answer';
  /** GoTrue's code: `invalid_credentials`, `email_exists`, `weak_password`, `email_not_confirmed`, … */
  readonly code: string | null;

  constructor(kind: AuthError['kind'], code: string | null = null, options?: ErrorOptions) {
    super(code ? `${kind} (${code})` : kind, options);
    this.name = 'AuthError';
    this.kind = kind;
    this.code = code;
  }
}

/** Sessions and PKCE verifiers, sealed for this machine. */
export interface SessionStore {
  readonly kind: 'keyring' | 'file' | 'memory';
  /** Null: none, or it cannot be opened. */
  load(userId: string): Promise<Session | null>;
  save(session: Session): Promise<void>;
  remove(userId: string): Promise<void>;
}

/** Whose data a run works with. */
export interface Profile {
  /** Null: the guest. */
  readonly userId: string | null;
  readonly email: string | null;
  /** Folder of its database and files; for the guest the data folder itself. */
  readonly folder: string;
}

/** Which profiles there are and which one was open last; read at the start without any network. */
export interface Profiles {
  readonly active: Profile;
  guest(): Profile;
  of(userId: string, email: string): Profile;
  /** Written before it returns. */
  setActive(profile: Profile): Promise<void>;
  /** Forgets a profile and deletes its folder. */
  remove(userId: string): Promise<void>;
}

/** Changes whose data is open: database, library, settings, destinations. */
export interface ProfileSwitch {
  /** @throws ReasonError `account.live`; asked before anything is done that cannot be undone */
  mustBeIdle(): void;
  /**
   * Whatever works with the old one's database (sync, files) has ended when it resolves.
   * @throws ReasonError `account.live` while something is on the air or recorded; `storage.*`, the old one is open then
   */
  open(profile: Profile): Promise<void>;
}

/** Takes the code that the browser brings back. One sign-in at a time. */
export interface Callback {
  /** Where the browser is to lead: loopback, bound to 127.0.0.1 and closed after one answer. */
  readonly redirectTo: string;
  /** @throws ReasonError `account.sign-in-timeout`, `account.sign-in-refused` */
  readonly code: Promise<string>;
  close(): void;
}

export interface BrowserSignIn {
  /** @param timeoutMs after which nothing is accepted any more */
  waitForCallback(timeoutMs: number): Promise<Callback>;
  /** Opens the system's browser. @returns false when none could be opened: the user is shown the address */
  openExternal(url: string): Promise<boolean>;
}

/** What the account service reads and writes of the open profile's database. */
export interface AccountStore {
  /** The own row of `users` with the name of its plan; null before the first pull. */
  user(): {
    readonly username: string;
    readonly avatarUrl: string | null;
    readonly twitterHandle: string | null;
    readonly plan: string;
    readonly planName: string | null;
  } | null;
}

/** What was made on this machine before there was an account. */
export interface GuestWork {
  /** Null: nothing. Of the guest's own data, whichever profile is open. */
  counts(): Promise<GuestWorkCounts | null>;
  /**
   * Moves all of it into the open account's data, with its files; the guest has nothing then.
   * @throws ReasonError `storage.*`; the guest keeps what was not moved
   */
  moveInto(profile: Profile): Promise<GuestWorkCounts>;
}

/** Direct calls for an account, beside sync. Throws RemoteError. */
export interface AccountRemote {
  /** `PATCH users`: own row, these columns only. @throws RemoteError with code 23505 for a taken name */
  patchProfile(
    userId: string,
    patch: { username?: string; twitter_handle?: string | null; avatar_url?: string | null },
  ): Promise<void>;
  /** The Edge Function `account`: deletes the account with all its rows and files. */
  deleteAccount(email: string): Promise<void>;
}

/** Access tokens for the data clients. */
export interface Tokens {
  /**
   * A token that is good for a minute at least; refreshes when it is not, one refresh at a time, with 8 s at most.
   * @throws RemoteError `offline` or `signed-out`
   */
  token(): Promise<string>;
  /** The server answered 401 to this one: the next call gets a fresh one. */
  refused(token: string): void;
}
