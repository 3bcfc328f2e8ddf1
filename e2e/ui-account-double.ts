import type { AccountSnapshot } from '../src/shared/ipc/account.ts';
import type { SyncSnapshot } from '../src/shared/ipc/sync.ts';
import { GUEST, IDLE_SYNC, LOCAL_SYNC, type SIGNED_IN, USER } from './ui-account-fixtures.ts';
import type { MainDouble } from './ui-main-double.ts';

type Json = Record<string, unknown>;

/** The account's, the sync's and the data's part of the double of main. @throws for what it does not know */
export function answerAccount(main: MainDouble, command: string, payload: Json): unknown {
  const account = (part: Partial<AccountSnapshot>) => main.change('account.snapshot', part);
  const sync = main.events.get('sync.snapshot') as SyncSnapshot;
  const withoutOp = () => sync.refused.filter(({ opId }) => opId !== payload['opId']);
  switch (command) {
    case 'account.signIn':
      account({ state: 'signed-in', user: { ...USER, email: String(payload['email']) }, confirm: null });
      main.publish('sync.snapshot', IDLE_SYNC);
      return {};
    case 'account.signUp':
      account({ confirm: { email: String(payload['email']) } });
      return { confirm: true };
    case 'account.signInWith': {
      const provider = payload['provider'] as NonNullable<AccountSnapshot['browser']>['provider'];
      const url = `https://project.example.com/auth/v1/authorize?provider=${provider}&code_challenge=3q2-7w`;
      account({ state: 'signing-in', browser: { provider, url, opened: true } });
      return {};
    }
    case 'account.cancelSignIn':
      account({ state: 'guest', browser: null });
      return {};
    case 'account.signOut':
    case 'account.delete':
      main.publish('account.snapshot', GUEST);
      main.publish('sync.snapshot', LOCAL_SYNC);
      return {};
    case 'account.claim': {
      const { guest } = main.events.get('account.snapshot') as AccountSnapshot;
      account({ guest: null });
      return { moved: guest };
    }
    case 'account.profile':
      account({ user: { ...USER, ...payload } as typeof SIGNED_IN.user });
      return {};
    case 'account.resend':
      return {};
    case 'sync.now':
      main.change('sync.snapshot', { mode: 'syncing' });
      return {};
    case 'sync.retry':
      main.change('sync.snapshot', { mode: 'syncing', refused: withoutOp() });
      return {};
    case 'sync.discard':
      main.change('sync.snapshot', { refused: withoutOp() });
      return {};
    case 'sync.keepLocal':
      main.change('sync.snapshot', {
        refused: sync.refused.map((each) => ({ ...each, kept: each.kept || each.opId === payload['opId'] })),
      });
      return {};
    case 'sync.retryFile':
      main.change('sync.snapshot', {
        files: sync.files.map((each) =>
          each.id === payload['id'] ? { ...each, state: 'waiting', reason: null } : each,
        ),
      });
      return {};
    case 'data.export': {
      const name = 'vida3-2026-11-22.zip';
      const path = `/home/vida/.vida3/exports/${name}`;
      main.change('data.snapshot', {
        job: null,
        exported: { name, path, url: `/exports/${name}`, bytes: 148_300_000 },
      });
      return { path };
    }
    case 'data.cancel':
      main.finishArchive?.({ type: 'error', id: 0, error: { reason: 'data.cancelled' } });
      main.change('data.snapshot', { job: null });
      return {};
    case 'data.backUp': {
      const { backups } = main.events.get('data.snapshot') as { backups: unknown[] };
      const made = { name: 'vida3-20261122-210405.db', at: new Date().toISOString(), bytes: 412_000 };
      main.change('data.snapshot', { backups: [...backups, made] });
      return {};
    }
    default:
      throw new Error(`The double of main has no answer to ${command}`);
  }
}
