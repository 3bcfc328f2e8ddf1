import { type Reason, ReasonError } from '../../../shared/errors.ts';
import type { AccountSnapshot } from '../../../shared/ipc/account.ts';
import { silentLog } from '../../logging/log.ts';
import type { RemoteError } from '../sync/ports.ts';
import { AccountService } from './account-service.ts';
import type {
  AuthRemote,
  Callback,
  GuestWorkCounts,
  Profile,
  Profiles,
  Session,
  SessionStore,
} from './ports.ts';
import { TokenManager } from './token-manager.ts';

export const A = '11111111-1111-4111-8111-111111111111';
export const B = '22222222-2222-4222-8222-222222222222';
const IDS: Readonly<Record<string, string>> = { 'a@example.com': A, 'b@example.com': B };

export function sessionOf(email: string, name = email): Session {
  return {
    userId: IDS[email] ?? A,
    email,
    accessToken: `access-${name}`,
    refreshToken: `refresh-${name}`,
    expiresAt: Date.now() + 3_600_000,
  };
}

/** An account service over ports in memory; the test is the auth server, the browser and the disk. */
export class AccountWorld {
  /** What happened, in order. */
  readonly notes: string[] = [];
  readonly published: AccountSnapshot[] = [];
  readonly saved = new Map<string, Session>();
  readonly callbacks: (PromiseWithResolvers<string> & { ms: number; closed: boolean })[] = [];
  active: Profile = guest();
  guestWork: GuestWorkCounts | null = null;
  live = false;
  browserOpens = true;
  /** What the next saving of a kind throws. */
  broken: { open?: Reason; setActive?: Reason; save?: Reason } = {};
  /** The auth server's next answers; each is used once. */
  signIn: () => Promise<Session> = async () => sessionOf('a@example.com');
  signUp: () => Promise<Session | null> = async () => null;
  refresh: () => Promise<Session> = () => Promise.reject(new Error('no refresh is expected'));
  exchange: (code: string) => Promise<Session> = async () => sessionOf('a@example.com');
  remoteFails: RemoteError | null = null;
  row: ReturnType<import('./ports.ts').AccountStore['user']> = null;

  readonly sessions: SessionStore = {
    kind: 'file',
    load: async (userId) => this.saved.get(userId) ?? null,
    save: async (session) => {
      if (this.broken.save) throw new ReasonError(this.broken.save);
      this.notes.push(`save ${session.accessToken}`);
      this.saved.set(session.userId, session);
    },
    remove: async (userId) => {
      this.notes.push(`forget ${nameOf(userId)}`);
      this.saved.delete(userId);
    },
  };
  readonly profiles: Profiles = profilesOf(this);
  readonly tokens = new TokenManager({
    auth: { refresh: () => this.refresh() },
    sessions: this.sessions,
    onSignedOut: (userId) => this.service.sessionEnded(userId),
    register: () => undefined,
    log: silentLog,
  });
  readonly service: AccountService;

  constructor(options: { readonly cloud?: boolean } = {}) {
    this.service = new AccountService({
      cloud:
        (options.cloud ?? true)
          ? {
              auth: authOf(this),
              remote: {
                patchProfile: async (userId, patch) => {
                  if (this.remoteFails) throw this.remoteFails;
                  this.notes.push(`patch ${nameOf(userId)} ${JSON.stringify(patch)}`);
                },
                deleteAccount: async (email) => {
                  if (this.remoteFails) throw this.remoteFails;
                  this.notes.push(`server deletes ${email}`);
                },
              },
            }
          : null,
      tokens: this.tokens,
      sessions: this.sessions,
      profiles: this.profiles,
      profileSwitch: {
        mustBeIdle: () => {
          if (this.live) throw new ReasonError('account.live');
        },
        open: async (profile) => {
          if (this.live) throw new ReasonError('account.live');
          if (this.broken.open) throw new ReasonError(this.broken.open);
          this.notes.push(`open ${nameOf(profile.userId)}`);
        },
      },
      store: { user: () => this.row },
      guestWork: {
        counts: async () => this.guestWork,
        moveInto: async (profile) => {
          this.notes.push(`move into ${nameOf(profile.userId)}`);
          const moved = this.guestWork ?? { avatars: 0, destinations: 0, sessions: 0, images: 0, sounds: 0 };
          this.guestWork = null;
          return moved;
        },
      },
      browser: {
        openExternal: async () => this.browserOpens,
        waitForCallback: async (ms) => this.#waitForCallback(ms),
      },
      publish: (snapshot) => this.published.push(snapshot),
      onSignedIn: (userId) => this.notes.push(`signed in ${nameOf(userId)}`),
      onSignedOut: () => this.notes.push('signed out'),
      onServerChanged: () => this.notes.push('server changed'),
      log: silentLog,
    });
  }

  get now(): AccountSnapshot {
    return this.service.snapshot;
  }

  #waitForCallback(ms: number): Callback {
    const waiting = { ...Promise.withResolvers<string>(), ms, closed: false };
    waiting.promise.catch(() => undefined);
    this.callbacks.push(waiting);
    return {
      redirectTo: 'http://127.0.0.1:5000/auth/callback',
      code: waiting.promise,
      close: () => {
        waiting.closed = true;
        waiting.reject(new ReasonError('account.sign-in-refused', 'cancelled'));
      },
    };
  }
}

function authOf(world: AccountWorld): AuthRemote {
  return {
    signIn: () => world.signIn(),
    signUp: () => world.signUp(),
    resend: async (email, redirectTo) => void world.notes.push(`resend ${email} ${redirectTo}`),
    authorizeUrl: async (provider) => `https://auth.example/${provider}`,
    exchange: (code) => world.exchange(code),
    refresh: () => world.refresh(),
    signOut: async (session) => void world.notes.push(`revoke ${session.accessToken}`),
  };
}

function profilesOf(world: AccountWorld): Profiles {
  return {
    get active() {
      return world.active;
    },
    guest,
    of: (userId, email) => ({ userId, email, folder: `/accounts/${userId}` }),
    setActive: async (profile) => {
      if (world.broken.setActive) throw new ReasonError(world.broken.setActive);
      world.notes.push(`active ${nameOf(profile.userId)}`);
      world.active = profile;
    },
    remove: async (userId) => void world.notes.push(`remove ${nameOf(userId)}`),
  };
}

function guest(): Profile {
  return { userId: null, email: null, folder: '/' };
}

function nameOf(userId: string | null): string {
  return userId === null ? 'guest' : userId === A ? 'A' : 'B';
}
