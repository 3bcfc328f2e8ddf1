import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccountRemote } from '../../src/main/cloud/account-remote.ts';
import { createAuthRemote } from '../../src/main/cloud/auth.ts';
import { CloudClient } from '../../src/main/cloud/client.ts';
import type { CloudConfig } from '../../src/main/cloud/config.ts';
import { createSyncRemote } from '../../src/main/cloud/sync-remote.ts';
import { createFileSecrets } from '../../src/main/host/browser/secrets.ts';
import { createBrowserSignIn } from '../../src/main/host/oauth-loopback.ts';
import { silentLog } from '../../src/main/logging/log.ts';
import { Redactor } from '../../src/main/logging/redact.ts';
import { AccountService } from '../../src/main/services/account/account-service.ts';
import { openProfiles } from '../../src/main/services/account/profiles.ts';
import { createSessionStore } from '../../src/main/services/account/sessions.ts';
import { TokenManager } from '../../src/main/services/account/token-manager.ts';
import { PULL_LIMIT, SYNC_SCHEMA } from '../../src/main/services/sync/wire.ts';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

export const PASSWORD = 'a good password';
export const never = new AbortController().signal;

interface StudioOptions {
  readonly home?: string;
  readonly config?: CloudConfig;
  readonly refreshMs?: number;
  /** What the user does in the browser; the address is as the studio gave it. */
  readonly browse?: (url: URL) => Promise<unknown>;
}

/** One start of the studio, as far as accounts go. */
function startStudio(cloud: Cloud, options: StudioOptions & { readonly home: string }) {
  const { home } = options;
  const config = options.config ?? { url: cloud.url, key: cloud.key };
  const redactor = new Redactor();
  const register = (secret: string) => redactor.register(secret);
  const sessions = createSessionStore(home, createFileSecrets(home), silentLog);
  const profiles = openProfiles(home, silentLog);
  const auth = createAuthRemote(config);
  const tokens = new TokenManager({
    auth,
    sessions,
    onSignedOut: (userId) => service.sessionEnded(userId),
    register,
    log: silentLog,
    ...(options.refreshMs === undefined ? {} : { refreshMs: options.refreshMs }),
  });
  const client = new CloudClient({ config, tokens });
  const opened: string[] = [];
  const service: AccountService = new AccountService({
    cloud: { auth, remote: createAccountRemote(client) },
    tokens,
    sessions,
    profiles,
    profileSwitch: { mustBeIdle: () => undefined, open: async ({ folder }) => void opened.push(folder) },
    store: { user: () => null },
    guestWork: { counts: async () => null, moveInto: () => Promise.reject(new Error('nothing to move')) },
    browser: createBrowserSignIn({
      host: {
        desktop: null,
        openExternal: async (url) => {
          void options.browse?.(new URL(url));
          return true;
        },
      },
      register,
      log: silentLog,
    }),
    publish: () => undefined,
    onSignedIn: () => undefined,
    onSignedOut: () => undefined,
    onServerChanged: () => undefined,
    log: silentLog,
  });
  return {
    home,
    service,
    tokens,
    sessions,
    profiles,
    auth,
    client,
    sync: createSyncRemote(client),
    opened,
    redactor,
  };
}

export type Studio = ReturnType<typeof startStudio>;

export interface User {
  readonly id: string;
  readonly email: string;
}

/** Studios beside one local cloud. */
export interface Studios {
  readonly cloud: Cloud;
  newUser(): Promise<User>;
  /** In the home that is named, or in a new one. */
  start(options?: StudioOptions): Studio;
  /** A studio with a new user, signed in by password. */
  signedIn(options?: StudioOptions): Promise<Studio & { user: User }>;
  /** Ends the cloud's faults and deletes every home. */
  cleanUp(): void;
}

export async function openStudios(): Promise<Studios> {
  const cloud = await startCloud({ engine: 'pglite' });
  const homes: string[] = [];
  let users = 0;
  const newUser = async () => {
    const name = `studio${++users}`;
    const email = `${name}@example.test`;
    return { email, ...(await cloud.addUser(email, PASSWORD, name)) };
  };
  const start = (options: StudioOptions = {}) => {
    const home = options.home ?? mkdtempSync(join(tmpdir(), 'vida3-studio-account-'));
    homes.push(home);
    return startStudio(cloud, { ...options, home });
  };
  return {
    cloud,
    newUser,
    start,
    signedIn: async (options) => {
      const user = await newUser();
      const studio = start(options);
      await studio.service.start();
      await studio.service.signIn({ email: user.email, password: PASSWORD });
      return { ...studio, user };
    },
    cleanUp: () => {
      cloud.clearFaults();
      for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
    },
  };
}

export const pull = ({ sync }: Pick<Studio, 'sync'>, own = 0, cat = 0) =>
  sync.pull({ p_own: own, p_cat: cat, p_limit: PULL_LIMIT, p_schema: SYNC_SCHEMA }, never);
