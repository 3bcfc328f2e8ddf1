import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Destination } from '../src/main/media/destination.ts';
import { recordArgs } from '../src/main/media/ffmpeg/args.ts';
import { FlvMux } from '../src/main/media/flv-mux.ts';
import { GopCache } from '../src/main/media/gop-cache.ts';
import { type EncodeFacts, recipeFor } from '../src/main/media/recipes.ts';
import type { MediaUnit, VideoUnit } from '../src/main/media/units.ts';
import { type CertificateKind, makeCertificates, switchableTls } from './support/fault-certificates.ts';
import { until } from './support/media-feed.ts';
import { arrivalUs, encodeClip, inOrder, pictureUnits, toneUnits } from './support/media-units.ts';
import { reread } from './support/patience.ts';
import { isRunning, listProcesses } from './support/processes.ts';
import { hangingPeer, missingTlsPeer, tlsFront } from './support/rtmp-peers.ts';
import { freePort, missingRtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const run = promisify(execFile);
const KEY = 'secret-key';
const CLIP = { width: 320, height: 180, fps: 30, seconds: 2, bitrateKbps: 400 } as const;

let folder: string;
let main: MediaUnit[];
let high: MediaUnit[];
let tone: MediaUnit[];
const feeds: (() => void)[] = [];
const closers: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-destination-'));
  const highClip = { ...CLIP, profile: 'high' } as const;
  main = pictureUnits(await encodeClip(CLIP), CLIP);
  high = pictureUnits(await encodeClip(highClip), highClip, CLIP.seconds * 1e6);
  tone = await toneUnits(2 * CLIP.seconds);
});
afterEach(() => {
  for (const end of feeds.splice(0)) end();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A destination with a GOP cache of its own, fed with the clip at its real rate, over and over. */
function open(where: { path: string } | { server: string }, { resumed = false, ffmpeg = 'ffmpeg' } = {}) {
  const cache = new GopCache();
  const states: string[] = [];
  const logged: string[] = [];
  const facts: EncodeFacts = { fps: CLIP.fps, bitrateKbps: CLIP.bitrateKbps };
  const common = { id: 'd', name: 'D', rendition: 'main' } as const;
  const recipe =
    'path' in where
      ? recipeFor({ ...common, kind: 'file', ...where }, ffmpeg, resumed, facts)
      : recipeFor({ ...common, kind: 'rtmp', ...where, key: KEY }, ffmpeg, resumed, facts);
  const destination = new Destination({
    ...common,
    kind: 'path' in where ? 'file' : 'rtmp',
    url: recipe.url,
    recipe: recipe.make,
    cache,
    resumed,
    needKeyFrame: () => undefined,
    log: (_, message) => logged.push(message),
    onChange: () => {
      const now = `${destination.status().state} ${destination.status().reason}`;
      if (states.at(-1) !== now) states.push(now);
    },
  });
  const units = inOrder([...main, ...tone.filter(({ timeUs }) => timeUs < CLIP.seconds * 1e6)]);
  const startedMs = performance.now();
  let next = 0;
  const timer = setInterval(() => {
    for (;;) {
      const unit = units[next % units.length]!;
      const loopUs = Math.floor(next / units.length) * CLIP.seconds * 1e6;
      if (arrivalUs(unit) + loopUs > (performance.now() - startedMs) * 1000) break;
      const moved = { ...unit, timeUs: unit.timeUs + loopUs };
      cache.push(moved);
      destination.feed(moved);
      next++;
    }
  }, 10);
  feeds.push(() => clearInterval(timer));
  destination.start();
  return { destination, states, logged };
}

const isLive = ({ state }: Destination): boolean => state === 'live';

describe('a destination', () => {
  test('is live, says what it does, and ends in order', async () => {
    const { destination, states } = open({ path: join(folder, 'a.mkv') });
    await until('live', () => isLive(destination));
    const { pid } = destination.status();
    expect(isRunning(pid!)).toBe(true);
    await until('a rate', () => destination.status().kbps > 0);
    expect(destination.status()).toMatchObject({ rendition: 'main', dropped: 0, retryInMs: null });
    expect(await destination.stop(4000)).toBe(false);
    expect(isRunning(pid!)).toBe(false);
    expect(states).toEqual(['connecting null', 'live null', 'stopping null', 'ended null']);
    const { history, pid: left } = destination.status();
    expect(left).toBeNull();
    expect(history.map(({ state }) => state)).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(await destination.stop(4000)).toBe(false);
  });

  test('keeps the reason for which it was ended', async () => {
    const { destination } = open({ path: join(folder, 'b.mkv') });
    await until('live', () => isLive(destination));
    const [one, two] = await Promise.all([
      destination.stopBecause('record.low-space', 4000),
      destination.stop(4000),
    ]);
    expect([one, two]).toEqual([false, false]);
    expect(destination.status()).toMatchObject({ state: 'ended', reason: 'record.low-space' });
  });

  test('that failed connects anew when it is told to, and only then', async () => {
    const { destination, states } = open({ server: `rtmp://127.0.0.1:${await freePort()}/live` });
    await until('failed', () => destination.state === 'failed');
    destination.retry();
    expect(destination.state).toBe('connecting');
    await until('failed again', () => destination.state === 'failed');
    expect(states).toEqual([
      'connecting null',
      'failed destination.refused',
      'connecting null',
      'failed destination.refused',
    ]);
  });

  test('that waits for its next attempt tries at once when it is told to', async () => {
    const { destination } = open({ server: `rtmp://127.0.0.1:${await freePort()}/live` }, { resumed: true });
    await until('it waits', () => destination.status().retryInMs !== null);
    expect(destination.status()).toMatchObject({ state: 'reconnecting', reason: 'destination.refused' });
    destination.retry();
    expect(destination.status().retryInMs).toBeNull();
    expect(destination.status().pid).not.toBeNull();
    await destination.stop(1000);
    expect(destination.state).toBe('failed');
  });

  test('whose server never answers is killed when it is stopped, and this is said', async () => {
    const peer = await hangingPeer();
    const { destination } = open({ server: peer.url });
    await until('it connects', () => destination.status().pid !== null);
    const { pid } = destination.status();
    expect(await destination.stop(4000)).toBe(true);
    expect(isRunning(pid!)).toBe(false);
    expect(destination.status()).toMatchObject({ state: 'failed', reason: 'destination.timeout' });
    await peer.close();
  });

  test('that cannot write its file has failed by name', async () => {
    const path = join(folder, 'not-yet', 'c.mkv');
    const { destination } = open({ path });
    await until('failed', () => destination.state === 'failed');
    expect(destination.status().reason).toBe('record.cannot-write');
    expect(existsSync(path)).toBe(false);
  });
});

/** A double that says of itself what FFmpegs built with OpenSSL do, and otherwise is the one that is installed. */
function opensslFfmpeg(): string {
  return script(
    'openssl',
    `[ "$1" = -version ] && echo 'configuration: --enable-openssl' || exec ffmpeg "$@"`,
  );
}

/** A double that dies as static builds do when a name cannot be resolved. */
function crashingFfmpeg(): string {
  return script('crashing', 'kill -SEGV $$');
}

function script(name: string, body: string): string {
  const path = join(folder, `ffmpeg-${name}`);
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

/** Whom this process and its FFmpegs believe, until the test ends. */
function believe(caFile: string): void {
  const before = process.env['SSL_CERT_FILE'];
  process.env['SSL_CERT_FILE'] = caFile;
  closers.push(() => {
    if (before === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = before;
  });
}

describe('an FFmpeg that dies by itself before it is live', () => {
  test.each([
    ['rtmp://no-such-host.invalid/live', 'destination.dns'],
    ['rtmp://127.0.0.1:9/live', 'ffmpeg.died'],
  ])('%s: %s', async (server, reason) => {
    const { destination } = open({ server }, { ffmpeg: crashingFfmpeg() });
    await until('failed', () => destination.state === 'failed');
    expect(destination.status().reason).toBe(reason);
  });
});

const noTls = missingTlsPeer();
const noServer = missingRtmpServer();

describe.skipIf(noTls !== null)(`an FFmpeg that compares no names${noTls ? ` (${noTls})` : ''}`, () => {
  test.skipIf(noServer !== null)(
    `streams through a connection that was verified${noServer ? ` (${noServer})` : ''}`,
    async () => {
      const server = await startRtmpServer();
      const front = await tlsFront(server.port);
      closers.push(
        () => server.close(),
        () => front.close(),
      );
      believe(front.caFile);
      const { destination, states, logged } = open({ server: front.url }, { ffmpeg: opensslFfmpeg() });
      await until('live', () => isLive(destination));
      const { pid } = destination.status();
      const args =
        listProcesses()
          .find((one) => one.pid === pid)
          ?.args.join(' ') ?? '';
      expect(args).toContain(`-rtmp_tcurl ${front.url}`);
      expect(args).toMatch(/rtmp:\/\/127\.0\.0\.1:\d+\/live$/);
      await until('pictures', () => destination.status().frames > CLIP.fps);
      expect(await destination.stop(4000)).toBe(false);
      expect(states).toEqual(['connecting null', 'live null', 'stopping null', 'ended null']);
      const { frames } = destination.status();
      const recorded = await reread(
        () => decodedPictures(server.recordings(KEY)[0]!),
        (found) => found >= frames,
      );
      expect(recorded).toBe(frames);
      expect(server.recordings(KEY)).toHaveLength(1);
      expect(JSON.stringify([args, states, logged, destination.status()])).not.toContain(KEY);
    },
  );

  test.each<CertificateKind>(['self-signed', 'wrong-host', 'expired'])('is not started: %s', async (kind) => {
    const certificates = makeCertificates();
    const front = await switchableTls(await freePort(), certificates[kind]);
    closers.push(
      () => front.close(),
      () => certificates.dispose(),
    );
    believe(certificates.caFile);
    const { destination, states, logged } = open({ server: front.url }, { ffmpeg: opensslFfmpeg() });
    await until('failed', () => destination.state === 'failed');
    expect(states).toEqual(['connecting null', 'failed destination.tls']);
    expect(destination.status().pid).toBeNull();
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain(KEY);
  });

  test.each([
    ['dns', async (): Promise<string> => 'rtmps://no-such-host.invalid/live'],
    ['refused', async (): Promise<string> => `rtmps://127.0.0.1:${await freePort()}/live`],
  ] as const)('is not started: %s', async (name, server) => {
    const { destination } = open({ server: await server() }, { ffmpeg: opensslFfmpeg() });
    await until('failed', () => destination.state === 'failed');
    expect(destination.status().reason).toBe(`destination.${name}`);
  });

  test('is not started when it is stopped meanwhile', async () => {
    const peer = await hangingPeer();
    closers.push(() => peer.close());
    const { destination, states } = open(
      { server: peer.url.replace('rtmp:', 'rtmps:') },
      { ffmpeg: opensslFfmpeg() },
    );
    await until('it connects', () => destination.state === 'connecting' && !destination.waiting);
    expect(await destination.stop(4000)).toBe(false);
    expect(states).toEqual(['connecting null', 'stopping null', 'failed destination.timeout']);
  });

  test.skipIf(noServer !== null)(
    `finds its way back when the server is gone for a while${noServer ? ` (${noServer})` : ''}`,
    async () => {
      const server = await startRtmpServer();
      const front = await tlsFront(server.port);
      closers.push(
        () => server.close(),
        () => front.close(),
      );
      believe(front.caFile);
      const { destination } = open({ server: front.url }, { resumed: true, ffmpeg: opensslFfmpeg() });
      await until('live', () => isLive(destination));
      await server.kill();
      await until('lost', () => destination.state === 'reconnecting');
      expect(destination.status().reason).toMatch(/^destination\.(disconnected|closed)$/);
      await server.start();
      await until('live again', () => isLive(destination));
      expect(destination.status().reconnects).toBeGreaterThan(0);
      expect(await destination.stop(4000)).toBe(false);
      expect(destination.state).toBe('ended');
    },
  );

  test.skipIf(noServer !== null)(
    `is ended when the server takes nothing any more${noServer ? ` (${noServer})` : ''}`,
    async () => {
      const server = await startRtmpServer();
      const front = await tlsFront(server.port);
      const wire = await freezableWire(Number(new URL(front.url).port));
      closers.push(
        () => server.close(),
        () => front.close(),
        () => wire.close(),
      );
      believe(front.caFile);
      const url = `rtmps://127.0.0.1:${wire.port}/live`;
      const { destination, states } = open({ server: url }, { ffmpeg: opensslFfmpeg() });
      await until('live', () => isLive(destination));
      const { pid } = destination.status();
      wire.freeze();
      await until('stalled', () => states.includes('reconnecting destination.stalled'), 40_000);
      expect(isRunning(pid!)).toBe(false);
      await destination.stop(1000);
    },
  );
});

async function decodedPictures(path: string): Promise<number> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', 'stream=nb_read_frames'],
    ...['-of', 'csv=p=0', path],
  ]);
  return Number.parseInt(stdout, 10);
}

/** Passes everything on to a port of this machine, until it is frozen. */
async function freezableWire(to: number) {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    sockets.push(near, far);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test.each(['mkv', 'mp4', 'flv'])(
  'nothing is lost in a .%s and every picture decodes, also after a change of the parameter sets',
  async (extension) => {
    const path = join(folder, `changed.${extension}`);
    const child = spawn('ffmpeg', recordArgs(path), { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const mux = new FlvMux(main[0] as VideoUnit, (bytes) => child.stdin.write(bytes), {
      fps: CLIP.fps,
      changedSets: extension === 'flv' ? 'sequence-header' : 'in-band',
    });
    for (const unit of inOrder([...main, ...high, ...tone])) mux.add(unit);
    child.stdin.end();
    const code = await new Promise((resolve) => child.once('close', resolve));
    // FFmpeg says of every copied AAC track in a fragmented MP4 that it does not know the length of the last frame.
    expect({ code, said: said.replace(/\[mp4 .*\n/g, '') }).toEqual({ code: 0, said: '' });
    const { stdout, stderr } = await run('ffprobe', [
      ...['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_type,nb_read_frames,sample_rate'],
      ...['-of', 'json', path],
    ]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).streams).toMatchObject([
      { codec_type: 'video', nb_read_frames: String(main.length + high.length) },
      { codec_type: 'audio', nb_read_frames: String(tone.length), sample_rate: '48000' },
    ]);
  },
);
