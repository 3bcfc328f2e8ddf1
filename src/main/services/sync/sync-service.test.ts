import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReasonError } from '../../../shared/errors.ts';
import type { RefusedChange, SYNC_MODES } from '../../../shared/ipc/sync.ts';
import { silentLog } from '../../logging/log.ts';
import { type ChangeHints, RemoteError, type SyncClock, type SyncStore } from './ports.ts';
import { SyncService, type SyncState } from './sync-service.ts';
import type { PullAnswer, PushOp, PushResult } from './wire.ts';

class Clock implements SyncClock {
  elapsed = 0;
  readonly timers: { at: number; run: () => void }[] = [];
  now = () => Date.parse('2026-01-01T00:00:00Z') + this.elapsed;
  random = () => 0.5;
  after(ms: number, run: () => void) {
    const timer = { at: this.elapsed + ms, run };
    this.timers.push(timer);
    return () => void this.timers.splice(this.timers.indexOf(timer), 1);
  }
  async pass(ms: number) {
    this.elapsed += ms;
    for (const timer of this.timers.filter(({ at }) => at <= this.elapsed)) {
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.run();
    }
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

const op = (id: string): PushOp => ({
  ...{ op_id: id, t: 'rtmp_sources', uid: id, kind: 'upsert', patch: { name: id }, add: {}, base_rev: null },
});

/** Keeps ops in a list and knows no rows. */
class MemoryStore implements SyncStore {
  waiting: PushOp[] = [];
  pages: PullAnswer[] = [];
  finished = 0;
  synced: string | null = null;
  failure: Error | null = null;
  beginPull = () => undefined;
  cursors = () => ({ own: 0, cat: 0 });
  applyPull(page: PullAnswer) {
    if (this.failure) throw this.failure;
    this.pages.push(page);
    return { applied: page.own.changes.length, unreadable: 0, again: false, tables: new Set<never>() };
  }
  finishPull() {
    this.finished++;
    return new Set<never>();
  }
  restart = () => undefined;
  takeBatch = (limit: number) => this.waiting.slice(0, limit);
  settle(_sent: readonly PushOp[], results: readonly PushResult[]) {
    const answered = new Set(results.filter(({ status }) => status !== 'conflict').map(({ op_id }) => op_id));
    this.waiting = this.waiting.filter(({ op_id }) => !answered.has(op_id));
    return new Set(['rtmp_sources'] as const);
  }
  pending = () => this.waiting.length;
  refused = (): RefusedChange[] => [];
  unreadable = () => 0;
  retry = () => undefined;
  keepLocal = () => undefined;
  discard = () => new Set<never>();
  lastSyncedAt = () => this.synced;
  setLastSyncedAt(iso: string) {
    this.synced = iso;
  }
}

const page = (cursor = 1): PullAnswer => ({
  schema: 1,
  server_time: '2026-01-01T00:00:00Z',
  own: { changes: [], cursor, more: false, purged_before: 0 },
  cat: { changes: [], cursor: 1, more: false, purged_before: 0 },
});

let clock: Clock;
let store: MemoryStore;
let states: SyncState[];
let calls: string[];
let hint: () => void;
let service: SyncService;
let answer: (call: 'push' | 'pull', ops: readonly PushOp[]) => unknown;
const applied = (ops: readonly PushOp[]) =>
  ops.map(({ op_id }) => ({ op_id, status: 'applied', row: null, replayed: false }));

beforeEach(() => {
  clock = new Clock();
  store = new MemoryStore();
  states = [];
  calls = [];
  answer = (call, ops) => (call === 'push' ? applied(ops) : page());
  const hints: ChangeHints = {
    listen(_userId, onHint) {
      hint = onHint;
      return () => void calls.push('deaf');
    },
  };
  service = new SyncService({
    remote: {
      async pull() {
        calls.push('pull');
        return (await answer('pull', [])) as PullAnswer;
      },
      async push({ p_ops }) {
        calls.push(`push ${p_ops.map(({ op_id }) => op_id).join()}`);
        return (await answer('push', p_ops)) as PushResult[];
      },
    },
    clock,
    log: silentLog,
    hints,
    onState: (state) => void states.push(state),
    onChanged: (tables) => void calls.push(`changed ${[...tables].join()}`),
  });
});
afterEach(() => service.stop());

const settled = async () => clock.pass(0);
const modes = (): (typeof SYNC_MODES)[number][] => states.map(({ mode }) => mode);
const start = async () => {
  service.start({ userId: 'u', store });
  await settled();
};

test('nobody: local, and nothing is called', async () => {
  expect(service.state.mode).toBe('local');
  await service.now();
  service.changed();
  expect(calls).toEqual([]);
});

test('push, then pull; states only when they differ', async () => {
  store.waiting = [op('a'), op('b')];
  await start();
  expect(calls).toEqual(['push a,b', 'changed rtmp_sources', 'pull']);
  expect(modes().at(-1)).toBe('idle');
  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(states.length);
  expect(service.state).toMatchObject({
    pending: 0,
    problem: null,
    lastSyncedAt: '2026-01-01T00:00:00.000Z',
  });
  expect(store.finished).toBe(1);
});

test('two seconds after a change, five minutes after all, soon after a hint', async () => {
  await start();
  service.changed();
  service.changed();
  await clock.pass(1999);
  expect(calls).toEqual(['pull']);
  await clock.pass(1);
  expect(calls).toEqual(['pull', 'pull']);
  await clock.pass(5 * 60_000);
  expect(calls).toHaveLength(3);
  hint();
  await clock.pass(300);
  expect(calls).toHaveLength(4);
  expect(clock.timers).toHaveLength(1);
});

test('a hint in the middle of a sync makes one more', async () => {
  let once = true;
  answer = () => {
    if (once) hint();
    once = false;
    return page();
  };
  await start();
  expect(calls).toEqual(['pull', 'pull']);
});

test('the network is gone: later and later, at once when it is back', async () => {
  answer = () => Promise.reject(new RemoteError('offline'));
  await start();
  expect(service.state).toMatchObject({ mode: 'offline', problem: 'sync.offline' });
  expect(service.state.nextTryAt).toBe('2026-01-01T00:00:01.500Z');
  service.changed();
  expect(clock.timers).toHaveLength(1);
  await clock.pass(1500);
  expect(calls).toHaveLength(2);
  expect(Date.parse(service.state.nextTryAt!) - clock.now()).toBe(2500);
  answer = () => page();
  await service.now();
  expect(service.state).toMatchObject({ mode: 'idle', problem: null });
});

describe('what ends the trying', () => {
  test.each([
    ['signed-out', 'needs-sign-in', 'account.needs-sign-in'],
    ['too-old', 'client-too-old', 'sync.client-too-old'],
    ['refused', 'idle', 'sync.refused'],
  ] as const)('%s', async (kind, mode, problem) => {
    answer = () => Promise.reject(new RemoteError(kind));
    await start();
    expect(service.state).toMatchObject({ mode, problem, nextTryAt: null });
    service.changed();
    hint();
    await clock.pass(3_600_000);
    expect(calls).toEqual(['pull']);
    answer = () => page();
    await service.now();
    expect(service.state).toMatchObject({ mode: 'idle', problem: null });
  });

  test('no session at the start, and one that ends', async () => {
    service.start({ userId: 'u', store }, false);
    expect(service.state).toMatchObject({ mode: 'needs-sign-in' });
    service.signedIn();
    await settled();
    expect(service.state.mode).toBe('idle');
    service.signedOut();
    expect(service.state).toMatchObject({ mode: 'needs-sign-in', nextTryAt: null });
    expect(clock.timers).toEqual([]);
  });
});

test('this machine fails: told with its reason, tried again', async () => {
  store.failure = new ReasonError('storage.full');
  await start();
  expect(service.state).toMatchObject({ mode: 'idle', problem: 'storage.full' });
  store.failure = null;
  await clock.pass(2000);
  expect(service.state).toMatchObject({ mode: 'idle', problem: null });
});

test('a bad batch is halved down to the bad change; it alone is refused', async () => {
  store.waiting = ['a', 'b', 'bad', 'c'].map(op);
  answer = (call, ops) => {
    if (call === 'pull') return page();
    if (ops.some(({ op_id }) => op_id === 'bad')) throw new RemoteError('refused', { code: '22023' });
    return applied(ops);
  };
  await start();
  expect(calls.filter((call) => call.startsWith('push'))).toEqual([
    'push a,b,bad,c',
    'push a,b',
    'push bad,c',
    'push bad',
    'push c',
  ]);
  expect(service.state.problem).toBeNull();
});

test('conflicts without an end do not keep the pull from its turn', async () => {
  store.waiting = [op('a')];
  answer = (call) =>
    call === 'pull' ? page() : [{ op_id: 'a', status: 'conflict', row: {}, replayed: false }];
  await start();
  expect(calls.filter((call) => call === 'push a')).toHaveLength(5);
  expect(calls).toContain('pull');
});

test('a change without an answer is a bad answer', async () => {
  store.waiting = [op('a')];
  answer = () => [];
  await start();
  expect(service.state).toMatchObject({ mode: 'offline', problem: 'sync.bad-answer', pending: 1 });
});

test('stop() waits for what is in flight, and nothing is heard of it afterwards', async () => {
  let release: (value: unknown) => void = () => undefined;
  answer = () => new Promise((resolve) => (release = resolve));
  await start();
  let stopped = false;
  const stopping = service.stop().then(() => (stopped = true));
  await settled();
  expect(stopped).toBe(false);
  release(page());
  await stopping;
  expect(service.state.mode).toBe('local');
  expect(store.synced).toBeNull();
  // What had arrived is kept.
  expect(store.pages).toHaveLength(1);
  expect(clock.timers).toEqual([]);
});
