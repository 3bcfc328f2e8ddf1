import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { AccountSnapshot, AuthProvider } from '../../../shared/ipc/account.ts';
import type { Log } from '../../logging/log.ts';
import type {
  AccountRemote,
  AccountStore,
  AuthRemote,
  BrowserSignIn,
  GuestWork,
  GuestWorkCounts,
  Profile,
  ProfileSwitch,
  Profiles,
  Session,
  SessionStore,
} from './ports.ts';
import { asAccountError } from './reasons.ts';
import { cancelled, SignIns, type SignUpInput } from './sign-ins.ts';
import type { TokenManager } from './token-manager.ts';

export interface AccountServiceOptions {
  /** Null: no cloud project is configured. */
  readonly cloud: { readonly auth: AuthRemote; readonly remote: AccountRemote } | null;
  readonly tokens: Pick<TokenManager, 'adopt' | 'session'>;
  readonly sessions: SessionStore;
  readonly profiles: Profiles;
  readonly profileSwitch: ProfileSwitch;
  readonly store: AccountStore;
  readonly guestWork: GuestWork;
  readonly browser: BrowserSignIn;
  readonly publish: (snapshot: AccountSnapshot) => void;
  /** There is a session of the open account: sync may begin. Also after it was renewed, and at the start. */
  readonly onSignedIn: (userId: string) => void;
  /** There is none any more. */
  readonly onSignedOut: () => void;
  /** Something on the server was changed beside sync: its rows are to be pulled. */
  readonly onServerChanged: () => void;
  readonly log: Log;
}

/**
 * Whose data is open, and whether the cloud knows us. States: guest, signing-in, signed-in, needs-sign-in. The open
 * profile is what `profiles.json` says: a lost session, a dead network or no cloud at all never close it.
 */
export class AccountService {
  readonly #options: AccountServiceOptions;
  /** Null: no cloud is configured. */
  readonly #signIns: SignIns | null;
  /** What changes profile or session is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #signedIn = false;
  #ended: Reason | null = null;
  #guest: GuestWorkCounts | null = null;
  #counting: Promise<void> = Promise.resolve();
  #published = '';

  constructor(options: AccountServiceOptions) {
    this.#options = options;
    const { cloud, browser, log } = options;
    this.#signIns = cloud
      ? new SignIns({
          auth: cloud.auth,
          browser,
          accept: (session, isWanted) => this.#accept(session, isWanted),
          changed: () => this.#publish(),
          log,
        })
      : null;
  }

  get snapshot(): AccountSnapshot {
    const { cloud, sessions } = this.#options;
    return {
      cloud: cloud !== null,
      state: this.#state(),
      user: this.#user(),
      browser: this.#signIns?.browser ?? null,
      confirm: this.#signIns?.confirm ?? null,
      guest: this.#profile.userId === null ? null : this.#guest,
      kept: sessions.kind,
      problem: this.#signIns?.problem ?? this.#ended,
    };
  }

  /**
   * Takes up the session of the profile that is open already. Asks nothing of the network: whether the session is
   * still good is found out by whoever needs a token first. The guest's work is counted by `guestChanged`.
   */
  async start(): Promise<void> {
    const { userId } = this.#profile;
    const { cloud, sessions, tokens } = this.#options;
    if (userId !== null) {
      const session = cloud ? await sessions.load(userId) : null;
      tokens.adopt(session);
      this.#signedIn = session !== null;
    }
    this.#publish();
    if (this.#signedIn && userId !== null) this.#options.onSignedIn(userId);
  }

  /** Ends what waits for a browser or a mail; resolves when nothing looks into a database any more. */
  async stop(): Promise<void> {
    this.#signIns?.cancel();
    await this.#last;
    await this.#counting;
  }

  /** The open database has other rows of the account now. */
  refresh(): void {
    this.#publish();
  }

  /** Looks what the guest has made: not at the start, because it takes a copy of a database. */
  async guestChanged(): Promise<void> {
    await this.#countGuestWork();
  }

  /** The auth server has ended the session; everything stays as it is on this machine. */
  sessionEnded(userId: string): void {
    if (userId !== this.#profile.userId || !this.#signedIn) return;
    this.#signedIn = false;
    this.#ended = 'account.needs-sign-in';
    this.#publish();
    this.#options.onSignedOut();
  }

  /** @throws ReasonError `account.*`, `storage.*` */
  async signIn(input: { readonly email: string; readonly password: string }): Promise<void> {
    await this.#mustHaveCloud(this.#signIns).signIn(input);
  }

  /** @throws ReasonError `account.*`, `storage.*` */
  async signUp(input: SignUpInput): Promise<{ confirm: boolean }> {
    return this.#mustHaveCloud(this.#signIns).signUp(input);
  }

  /** @throws ReasonError `account.*` */
  async resend(email: string): Promise<void> {
    await this.#mustHaveCloud(this.#signIns).resend(email);
  }

  /** @throws ReasonError `account.*` */
  async signInWith(provider: AuthProvider): Promise<void> {
    await this.#mustHaveCloud(this.#signIns).signInWith(provider);
  }

  cancelSignIn(): void {
    this.#signIns?.cancel();
  }

  /** Back to the guest. @throws ReasonError `account.live`, `storage.*` */
  async signOut(): Promise<void> {
    this.#signIns?.cancel();
    await this.#serially(async () => {
      const { userId } = this.#profile;
      if (userId === null) return;
      const { profileSwitch, profiles, tokens } = this.#options;
      profileSwitch.mustBeIdle();
      const session = tokens.session;
      await this.#switchTo(profiles.guest());
      await this.#drop(userId, session);
      this.#ended = null;
    });
    this.#publish();
  }

  /** @throws ReasonError `account.live`, `account.needs-sign-in`, `account.nothing-to-claim`, `storage.*` */
  async claim(): Promise<{ moved: GuestWorkCounts }> {
    const moved = await this.#serially(async () => {
      const profile = this.#profile;
      if (profile.userId === null) throw new ReasonError('account.needs-sign-in');
      // The guest's avatar and picture come along, which may not change in front of an audience.
      this.#options.profileSwitch.mustBeIdle();
      if (isNothing(await this.#options.guestWork.counts())) {
        throw new ReasonError('account.nothing-to-claim');
      }
      return this.#options.guestWork.moveInto(profile);
    });
    await this.#countGuestWork();
    return { moved };
  }

  /** @throws ReasonError `account.*` */
  async changeProfile(patch: {
    readonly username?: string | undefined;
    readonly twitterHandle?: string | null | undefined;
    readonly avatarUrl?: string | null | undefined;
  }): Promise<void> {
    const { remote } = this.#mustHaveCloud(this.#options.cloud);
    const userId = this.#mustBeSignedIn();
    const { username, twitterHandle, avatarUrl } = patch;
    const columns = {
      ...(username === undefined ? {} : { username }),
      ...(twitterHandle === undefined ? {} : { twitter_handle: twitterHandle }),
      ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
    };
    if (Object.keys(columns).length === 0) return;
    await remote.patchProfile(userId, columns).catch(rethrow);
    this.#options.onServerChanged();
  }

  /** On the server first; nothing here is deleted when that refuses. @throws ReasonError `account.*`, `storage.*` */
  async deleteAccount(email: string): Promise<void> {
    const { remote } = this.#mustHaveCloud(this.#options.cloud);
    await this.#serially(async () => {
      const userId = this.#mustBeSignedIn();
      const { profiles, profileSwitch } = this.#options;
      // X need not tell an address: then it is the name.
      const own = this.#profile.email || (this.#options.store.user()?.username ?? '');
      if (own === '') throw new ReasonError('account.wrong-email');
      if (own.toLowerCase() !== email.trim().toLowerCase()) throw new ReasonError('account.wrong-email');
      profileSwitch.mustBeIdle();
      await remote.deleteAccount(own).catch(rethrow);
      await this.#drop(userId, null);
      await this.#switchTo(profiles.guest());
      await profiles.remove(userId);
    });
    this.#ended = null;
    this.#publish();
  }

  get #profile(): Profile {
    return this.#options.profiles.active;
  }

  #state(): AccountSnapshot['state'] {
    if (this.#signIns?.busy) return 'signing-in';
    if (this.#profile.userId === null) return 'guest';
    return this.#signedIn ? 'signed-in' : 'needs-sign-in';
  }

  #user(): AccountSnapshot['user'] {
    const { userId, email } = this.#profile;
    if (userId === null) return null;
    const row = this.#options.store.user();
    return {
      id: userId,
      email: email ?? '',
      username: row?.username ?? null,
      avatarUrl: row?.avatarUrl ?? null,
      twitterHandle: row?.twitterHandle ?? null,
      plan: row?.plan ?? null,
      planName: row?.planName ?? null,
    };
  }

  #mustHaveCloud<T>(part: T | null): T {
    if (part === null) throw new ReasonError('account.no-cloud');
    return part;
  }

  #mustBeSignedIn(): string {
    const { userId } = this.#profile;
    if (userId === null || !this.#signedIn) throw new ReasonError('account.needs-sign-in');
    return userId;
  }

  /** Session on the disk, then the profile, then the tokens: a crash in between leaves the old one or the new one. */
  #accept(session: Session, isWanted: () => boolean): Promise<void> {
    return this.#serially(async () => {
      if (!isWanted()) {
        void this.#revoke(session);
        throw cancelled();
      }
      const { profiles, sessions, tokens, log } = this.#options;
      const before = this.#profile;
      const other = before.userId !== session.userId;
      const previous = tokens.session;
      await sessions.save(session).catch((error: unknown) => {
        log.error('the session could not be saved; it ends with the program', { error: String(error) });
      });
      try {
        const profile = profiles.of(session.userId, session.email);
        if (other) await this.#switchTo(profile);
        else if (before.email !== session.email) await profiles.setActive(profile);
      } catch (error) {
        if (other) await sessions.remove(session.userId);
        void this.#revoke(session);
        throw error;
      }
      if (other && before.userId !== null) await this.#drop(before.userId, previous);
      else if (previous) void this.#revoke(previous);
      tokens.adopt(session);
      this.#signedIn = true;
      this.#ended = null;
      this.#options.onSignedIn(session.userId);
      void this.#countGuestWork();
    });
  }

  /** Opens a profile and remembers it; where it cannot be remembered the old one is opened again. */
  async #switchTo(profile: Profile): Promise<void> {
    const { profiles, profileSwitch, log } = this.#options;
    const before = this.#profile;
    await profileSwitch.open(profile);
    try {
      await profiles.setActive(profile);
    } catch (error) {
      await profileSwitch.open(before).catch((failure: unknown) => {
        log.error('the profile could not be opened again', { error: toReasonError(failure).message });
      });
      throw error;
    }
  }

  /** Forgets a session here, and on the server as well as that can be. */
  async #drop(userId: string, session: Session | null): Promise<void> {
    const { sessions, tokens, log } = this.#options;
    tokens.adopt(null);
    this.#signedIn = false;
    this.#options.onSignedOut();
    await sessions.remove(userId).catch((error: unknown) => {
      log.error('the session could not be removed', { error: String(error) });
    });
    if (session) void this.#revoke(session);
  }

  async #revoke(session: Session): Promise<void> {
    try {
      await this.#options.cloud?.auth.signOut(session);
    } catch (error) {
      // Offline, or over already: it is not known here any more, and ends by itself on the server.
      this.#options.log.info('a session was not ended on the server', { error: String(error) });
    }
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #countGuestWork(): Promise<void> {
    this.#counting = this.#counting.then(() => this.#countNow());
    return this.#counting;
  }

  async #countNow(): Promise<void> {
    try {
      const counts = this.#profile.userId === null ? null : await this.#options.guestWork.counts();
      this.#guest = isNothing(counts) ? null : counts;
    } catch (error) {
      this.#guest = null;
      this.#options.log.warn("the guest's work cannot be counted", { error: toReasonError(error).message });
    }
    this.#publish();
  }

  #publish(): void {
    const { snapshot } = this;
    const text = JSON.stringify(snapshot);
    if (text === this.#published) return;
    this.#published = text;
    this.#options.publish(snapshot);
  }
}

function isNothing(counts: GuestWorkCounts | null): boolean {
  return counts === null || Object.values(counts).every((count) => count === 0);
}

function rethrow(error: unknown): never {
  throw asAccountError(error);
}
