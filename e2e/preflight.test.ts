import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../src/main/logging/log.ts';
import { encodeAmf } from '../src/main/media/rtmp-probe/amf0.ts';
import { MESSAGE, writeMessage } from '../src/main/media/rtmp-probe/chunks.ts';
import { probeRtmp } from '../src/main/media/rtmp-probe/probe.ts';
import { PreflightService } from '../src/main/services/preflight/preflight.ts';
import { readServices } from '../src/main/services/services/services.ts';
import type { PipelineReport } from '../src/shared/domain/report.ts';
import { parseRtmpUrl } from '../src/shared/domain/rtmp-url.ts';
import { DEFAULT_SETTINGS } from '../src/shared/domain/studio.ts';
import {
  type BadPeer,
  closingPeer,
  handshakeOnlyPeer,
  hangingPeer,
  missingTlsPeer,
  selfSignedPeer,
  tlsFront,
} from './support/rtmp-peers.ts';
import { freePort, missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const KEY = 'stream-key-0815';
const target = (url: string) => {
  const { protocol, host, port, app } = parseRtmpUrl(url, KEY);
  return { protocol, host, port, app };
};
const probe = (url: string, timeoutMs = 3000, signal?: AbortSignal) =>
  probeRtmp(target(url), { timeoutMs, signal });

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});
async function bad(make: () => Promise<BadPeer>): Promise<string> {
  const peer = await make();
  closers.push(() => peer.close());
  return peer.url;
}

/** A server that answers what it is told to, and keeps what it was sent. */
async function scripted(
  answer: (received: number) => Buffer | null,
): Promise<{ url: string; sent: Buffer[] }> {
  const sent: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    let received = 0;
    socket.on('data', (data) => {
      sent.push(data);
      received += data.length;
      const bytes = answer(received);
      if (bytes) socket.write(bytes);
    });
  });
  const port = await listening(server, '127.0.0.1');
  return { url: `rtmp://127.0.0.1:${port}/live`, sent };
}

/** Listens on another address of this machine, which only Linux has without asking, and passes everything on. */
async function forward(host: string, to: number): Promise<number> {
  const server = createServer((socket) => {
    const behind = connect(to, '127.0.0.1');
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  return await listening(server, host);
}

function listening(server: Server, host: string): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closers.push(
    () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (address && typeof address === 'object') resolve(address.port);
      else reject(new Error('no port'));
    });
  });
}

const HANDSHAKE = Buffer.concat([Buffer.of(3), Buffer.alloc(3072)]);
const refusal = writeMessage(3, {
  type: MESSAGE.commandAmf0,
  streamId: 0,
  payload: encodeAmf([
    '_error',
    1,
    null,
    { code: 'NetConnection.Connect.Rejected', description: 'not here' },
  ]),
});

describe('servers that misbehave', () => {
  test.each<[string, () => Promise<string>, string]>([
    ['hangs', () => bad(hangingPeer), 'destination.timeout'],
    ['closes at once', () => bad(closingPeer), 'destination.closed'],
    ['closes after the handshake', () => bad(handshakeOnlyPeer), 'destination.closed'],
    ['is not there', async () => `rtmp://127.0.0.1:${await freePort()}/live`, 'destination.refused'],
    [
      'is at none of its addresses',
      async () => `rtmp://localhost:${await freePort()}/live`,
      'destination.refused',
    ],
    ['has no name', async () => 'rtmp://nowhere.invalid/live', 'destination.dns'],
    ['has no name, encrypted', async () => 'rtmps://nowhere.invalid/live', 'destination.dns'],
    [
      'speaks HTTP',
      async () => (await scripted(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).url,
      'destination.closed',
    ],
    ['speaks no TLS', async () => (await bad(closingPeer)).replace('rtmp:', 'rtmps:'), 'destination.closed'],
    [
      'answers TLS with plain text',
      async () =>
        (await scripted(() => Buffer.from('this is no TLS at all\r\n'))).url.replace('rtmp:', 'rtmps:'),
      'destination.tls',
    ],
    [
      'sends without an end',
      async () => {
        const noise = Buffer.concat([HANDSHAKE, Buffer.alloc(200_000, 0x03)]);
        return (await scripted((received) => (received >= 1537 ? noise : null))).url;
      },
      'destination.closed',
    ],
    [
      'refuses the application',
      async () => {
        let asked = false;
        const { url } = await scripted((received) => {
          if (received < 1537 || asked) return null;
          asked = true;
          return Buffer.concat([HANDSHAKE, refusal]);
        });
        return url;
      },
      'destination.rejected',
    ],
  ])('one that %s', async (_, start, reason) => {
    await expect(probe(await start(), 1500)).rejects.toMatchObject({ reason });
  });

  test.skipIf(missingTlsPeer() !== null)(
    'one whose certificate nobody vouches for (skipped without openssl)',
    async () => {
      await expect(probe(await bad(selfSignedPeer))).rejects.toMatchObject({ reason: 'destination.tls' });
    },
  );

  test('a probe that is cancelled ends at once, with the reason it was given', async () => {
    const url = await bad(hangingPeer);
    const abort = new AbortController();
    const running = probe(url, 60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(probe(url, 60_000, abort.signal)).rejects.toThrow('enough');
  });

  test('the stream key is sent to nobody', async () => {
    let step = 0;
    const accepted = writeMessage(3, {
      type: MESSAGE.commandAmf0,
      streamId: 0,
      payload: encodeAmf(['_result', 1, null, { code: 'NetConnection.Connect.Success' }]),
    });
    const { url, sent } = await scripted((received) => {
      if (step === 0 && received >= 1537) {
        step = 1;
        return HANDSHAKE;
      }
      if (step === 1 && received > 1537 + 1536) {
        step = 2;
        return accepted;
      }
      return null;
    });
    await probe(url);
    const said = Buffer.concat(sent).toString('latin1');
    expect(said).toContain('connect');
    expect(said).not.toContain(KEY);
    expect(said).not.toContain('publish');
    expect(said).not.toContain('createStream');
  });
});

describe.skipIf(missingRtmpServer() !== null)(
  'a real server (skipped without nginx and its rtmp module)',
  () => {
    let server: RtmpServer;
    beforeAll(async () => {
      server = await startRtmpServer();
      closers.push(() => server.close());
    });

    test('takes the greeting, also with a query behind the application, and records nothing', async () => {
      await probe(server.url);
      await probe(`${server.url}?backup=1`);
      await probe(server.deniedUrl);
      expect(server.recordings(KEY)).toEqual([]);
    });

    test('an application that it does not have', async () => {
      await expect(probe(`rtmp://127.0.0.1:${server.port}/nothing`)).rejects.toMatchObject({
        reason: expect.stringMatching(/^destination\.(closed|rejected)$/),
      });
    });

    describe.skipIf(missingTlsPeer() !== null)('behind TLS (skipped without openssl)', () => {
      test('believed when its authority is, for the names of its certificate only', async () => {
        const front = await tlsFront(server.port);
        closers.push(() => front.close());
        await expect(probe(front.url)).rejects.toMatchObject({ reason: 'destination.tls' });
        const before = process.env['SSL_CERT_FILE'];
        process.env['SSL_CERT_FILE'] = front.caFile;
        try {
          await probe(front.url);
          await probe(front.url.replace('127.0.0.1', 'localhost'));
          if (process.platform === 'linux') {
            const elsewhere = await forward('127.0.0.2', Number(new URL(front.url).port));
            await expect(probe(`rtmps://127.0.0.2:${elsewhere}/live`)).rejects.toMatchObject({
              reason: 'destination.tls',
              detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
            });
          }
        } finally {
          if (before === undefined) delete process.env['SSL_CERT_FILE'];
          else process.env['SSL_CERT_FILE'] = before;
        }
      });
    });

    test('the checklist with three destinations: the bad one is named, the others are well', async () => {
      const urls = { good: server.url, second: `${server.url}?backup=1`, bad: await bad(closingPeer) };
      const saved = Object.entries(urls).map(([id, url]) => ({
        id,
        name: id,
        url,
        hasKey: true,
        isDefault: false,
        service: null,
      }));
      const report = {
        camera: { state: 'running', reason: null },
        microphone: { state: 'off', reason: null },
        avatar: { state: 'shown', reason: null },
        encode: { reason: null },
      } as unknown as PipelineReport;
      const published: unknown[] = [];
      const preflight = new PreflightService({
        studio: {
          snapshot: {
            settings: DEFAULT_SETTINGS,
            tracking: {
              source: 'camera',
              modelUrl: '',
              poseModelUrl: null,
              handsModelUrl: null,
              wasmUrl: '',
            },
          },
          report,
          waitForReport: async (fits) => {
            fits(report);
            return report;
          },
          configure: async () => undefined,
        },
        destinations: {
          list: () => saved,
          open: async (id) => ({ target: parseRtmpUrl(saved.find((each) => each.id === id)!.url, KEY) }),
        },
        services: readServices(join(import.meta.dirname, '../resources/services.json')),
        isIdle: () => true,
        mayCheck: () => true,
        probe: (to, signal) => probeRtmp(to, { signal }),
        tryEncoder: async () => null,
        profileOf: () => 'main',
        freeBytes: async () => 1e12,
        publish: (snapshot) => published.push(snapshot),
        log: silentLog,
      });
      preflight.run(['good', 'second', 'bad']);
      await preflight.finished();
      const states = preflight.snapshot.items
        .filter(({ check }) => check === 'destination')
        .map(({ subject, state, reason }) => [subject?.id, state, reason]);
      expect(states).toEqual([
        ['good', 'ok', null],
        ['second', 'ok', null],
        ['bad', 'failed', 'destination.closed'],
      ]);
      expect(preflight.snapshot.ok).toBe(false);
      expect(server.recordings(KEY)).toEqual([]);
      expect(JSON.stringify(published)).not.toContain(KEY);
    });
  },
);
