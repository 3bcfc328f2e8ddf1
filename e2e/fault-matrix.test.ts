import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Reason } from '../src/shared/errors.ts';
import { type CertificateSet, makeCertificates, switchableTls } from './support/fault-certificates.ts';
import { expectKeyFrames, expectUnharmed } from './support/fault-expect.ts';
import { type Fault, FaultProxy } from './support/fault-proxy.ts';
import { openShow, type Show, type ShowOptions } from './support/fault-show.ts';
import { failingDns, socketsTo } from './support/fault-system.ts';
import { encodeFeed, FEED, type FeedPicture, until } from './support/media-feed.ts';
import { missingTlsPeer } from './support/rtmp-peers.ts';
import { freePort, missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const noTls = missingTlsPeer();
/** A connection that ends sooner counts as turned away. */
const GOOD_RUN_MS = 5_500;
const AFTERWARDS_MS = 1_500;

/** A fault that is there when the destination connects for the first time, and what it is called then. */
interface FirstCase {
  readonly name: string;
  readonly fault: Fault;
  readonly state: 'failed' | 'reconnecting' | 'live';
  readonly reasons: readonly (Reason | null)[];
}

const FIRST: readonly FirstCase[] = [
  first('refuse', { kind: 'refuse' }, 'destination.refused'),
  first('accept and hang', { kind: 'hang' }, 'destination.timeout'),
  first('close after handshake', { kind: 'close-after-handshake' }, 'destination.closed'),
  first('reject publish: bad name', { kind: 'reject', how: 'bad-name' }, 'destination.rejected'),
  first('reject publish: connect refused', { kind: 'reject', how: 'connect-error' }, 'destination.rejected'),
  // Nothing was said: that the key is wrong is likely, not certain. Both texts name the key.
  first(
    'reject publish: closed without a word',
    { kind: 'reject', how: 'silent-close' },
    'destination.closed',
    'destination.rejected',
    'destination.died-early',
  ),
  first(
    'reject publish: taken, then closed',
    { kind: 'reject', how: 'late-close' },
    'destination.died-early',
  ),
  first('reset', { kind: 'reset' }, 'destination.closed'),
  {
    // The publish was taken, so it is tried again; every new connection stalls as well.
    name: 'stall',
    fault: { kind: 'stall' },
    state: 'reconnecting',
    reasons: ['destination.stalled'],
  },
  {
    name: 'throttle',
    fault: { kind: 'throttle', kbps: 300 },
    state: 'live',
    reasons: [null],
  },
  { name: 'slow close', fault: { kind: 'slow-close', holdMs: 30_000 }, state: 'live', reasons: [null] },
];

function first(name: string, fault: Fault, ...reasons: Reason[]): FirstCase {
  return { name, fault, state: 'failed', reasons };
}

/** A fault that comes while the destination is live: how it is named until the server is back. */
interface LaterCase {
  readonly name: string;
  readonly fault: Fault;
  readonly reason: Reason;
  /** The fault lasts until the reason is seen, and then for as long. */
  readonly lastsMs: number;
}

const LATER: readonly LaterCase[] = [
  later('refuse', { kind: 'refuse' }, 'destination.refused', 1_000),
  later('accept and hang', { kind: 'hang' }, 'destination.timeout'),
  later('close after handshake', { kind: 'close-after-handshake' }, 'destination.closed'),
  later(
    'reject publish (the reconnect is turned away)',
    { kind: 'reject', how: 'bad-name' },
    'destination.rejected',
  ),
  later('reset', { kind: 'reset' }, 'destination.disconnected'),
  later('slow close', { kind: 'slow-close', holdMs: 3_000 }, 'destination.disconnected', 1_500),
];

function later(name: string, fault: Fault, reason: Reason, lastsMs = 0): LaterCase {
  return { name, fault, reason, lastsMs };
}

describe.skipIf(missing !== null)(`faults${missing ? ` (${missing})` : ''}`, () => {
  let server: RtmpServer;
  let pictures: FeedPicture[];
  let folder: string;
  const proxies: FaultProxy[] = [];

  const proxyWith = async (fault: Fault): Promise<FaultProxy> => {
    const proxy = await FaultProxy.open(server.port, fault);
    proxies.push(proxy);
    return proxy;
  };
  const show = (options: Pick<ShowOptions, 'bad'> & Partial<ShowOptions>): Promise<Show> =>
    openShow({ server, pictures, ...options });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-faults-'));
    [server, pictures] = await Promise.all([startRtmpServer(), encodeFeed(40)]);
  });

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('at the first connect', () => {
    test.concurrent.for(FIRST)('$name', async ({ fault, state, reasons }, { expect }) => {
      const proxy = await proxyWith(fault);
      const running = await show({ bad: proxy.url });
      // A state that must last is looked at once the others have had their time.
      const turn = await running.seen(state, undefined, 30_000);
      await pause(state === 'live' ? 5_500 : AFTERWARDS_MS);
      if (fault.kind === 'throttle') await until('pictures are dropped', () => dropped(running) > 0);
      expect(reasons).toContain(turn.reason);
      expect(running.destination('bad').state).toBe(state);
      const ended = await running.end();
      // What cannot be sent in time is given up, and that is said.
      expectUnharmed(expect, running, ended, proxy.port, fault.kind === 'throttle' ? ['bad'] : []);
      expectKeyFrames(expect, proxy, ended);
    });

    test.concurrent('DNS failure', async ({ expect }) => {
      const running = await show({ bad: 'rtmp://no-such-host.invalid/live' });
      const { reason } = await running.seen('failed', undefined, 15_000);
      await pause(AFTERWARDS_MS);
      expect(reason).toBe('destination.dns');
      expectUnharmed(expect, running, await running.end(), null);
    });
  });

  describe('in mid-stream', () => {
    test.concurrent.for(LATER)('$name', async ({ fault, reason, lastsMs }, { expect }) => {
      const proxy = await proxyWith({ kind: 'pass' });
      const running = await show({ bad: proxy.url });
      await running.seen('live');
      await pause(GOOD_RUN_MS);
      const atMs = performance.now();
      await proxy.set(fault);
      await running.seen('reconnecting', reason, 15_000, atMs);
      await pause(lastsMs);
      await proxy.set({ kind: 'pass' });
      await running.seen('live', null, 20_000, performance.now());
      await pause(AFTERWARDS_MS);
      expect(running.destination('bad').reconnects).toBe(1);
      const ended = await running.end();
      expectUnharmed(expect, running, ended, proxy.port);
      expectKeyFrames(expect, proxy, ended);
      // More when a quick retry was given up just as its pictures went out: it was never live, and does not count.
      const withPictures = proxy.connections.filter(({ pictures }) => pictures > 0);
      expect(withPictures.length).toBeGreaterThanOrEqual(2);
    });

    test.concurrent('throttle', async ({ expect }) => {
      const proxy = await proxyWith({ kind: 'pass' });
      const running = await show({ bad: proxy.url });
      await running.seen('live');
      await pause(GOOD_RUN_MS);
      await proxy.set({ kind: 'throttle', kbps: 300 });
      await until('pictures are dropped', () => dropped(running) > 0);
      const soundsBefore = proxy.connections[0]!.sounds;
      await pause(4_000);
      expect(running.destination('bad').state).toBe('live');
      expect(proxy.connections[0]!.sounds).toBeGreaterThan(soundsBefore);
      await proxy.set({ kind: 'pass' });
      await until('its queue is short again', () => running.destination('bad').queueMs < 700);
      // What was dropped lasts until the next key frame.
      await pause(FEED.keySeconds * 1000 + 1_500);
      const before = dropped(running);
      await pause(4_000);
      expect(running.destination('bad')).toMatchObject({ state: 'live', reconnects: 0, dropped: before });
      const ended = await running.end();
      expectUnharmed(expect, running, ended, proxy.port);
      expectKeyFrames(expect, proxy, ended);
      const sound = proxy.connections[0]!.sounds / (48_000 / 1024);
      expect(sound).toBeGreaterThan(ended.fed / FEED.fps - 0.3);
    });

    test.concurrent('DNS failure (the reconnect meets it)', async ({ expect }) => {
      const proxy = await proxyWith({ kind: 'pass' });
      const dns = failingDns(folder, proxy.port);
      const running = await show({ bad: `rtmp://localhost:${proxy.port}/live`, ffmpeg: dns.ffmpeg });
      await running.seen('live');
      await pause(GOOD_RUN_MS);
      dns.fail(true);
      await proxy.set({ kind: 'reset' });
      await proxy.set({ kind: 'pass' });
      await running.seen('reconnecting', 'destination.dns');
      dns.fail(false);
      await running.seen('live', null, 20_000, performance.now());
      await pause(AFTERWARDS_MS);
      const ended = await running.end();
      expectUnharmed(expect, running, ended, proxy.port);
      expectKeyFrames(expect, proxy, ended);
    });
  });

  describe.skipIf(noTls !== null)(`bad certificate${noTls ? ` (${noTls})` : ''}`, () => {
    let certificates: CertificateSet;
    beforeAll(() => {
      certificates = makeCertificates();
    });
    afterAll(() => certificates?.dispose());

    test.concurrent.for(['self-signed', 'expired', 'wrong-host'] as const)(
      'at the first connect: %s',
      async (kind, { expect }) => {
        const front = await switchableTls(server.port, certificates[kind]);
        const running = await show({ bad: front.url, caFile: certificates.caFile });
        const { reason } = await running.seen('failed', undefined, 15_000);
        await pause(AFTERWARDS_MS);
        expect(reason).toBe('destination.tls');
        expectUnharmed(expect, running, await running.end(), front.port);
        await front.close();
      },
    );

    test.concurrent('in mid-stream (the reconnect meets it)', async ({ expect }) => {
      const proxy = await proxyWith({ kind: 'pass' });
      const front = await switchableTls(proxy.port, certificates.good);
      const running = await show({ bad: front.url, caFile: certificates.caFile });
      await running.seen('live');
      await pause(GOOD_RUN_MS);
      front.use(certificates.expired);
      await proxy.set({ kind: 'reset' });
      await proxy.set({ kind: 'pass' });
      await running.seen('reconnecting', 'destination.tls');
      front.use(certificates.good);
      await running.seen('live', null, 20_000, performance.now());
      await pause(AFTERWARDS_MS);
      const ended = await running.end();
      expectUnharmed(expect, running, ended, front.port);
      expectKeyFrames(expect, proxy, ended);
      await front.close();
    });
  });

  test('a free port is refused, so that the refusals above are real', async ({ expect }) => {
    expect(socketsTo(await freePort())).toBe(0);
  });
});

function dropped(show: Show): number {
  return show.destination('bad').dropped;
}
