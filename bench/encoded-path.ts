import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { openMediaBench, until } from '../e2e/support/media-feed.ts';
import { arrivalUs, encodeClip, inOrder, pictureUnits, toneUnits } from '../e2e/support/media-units.ts';
import { type RtmpServer, startRtmpServer } from '../e2e/support/rtmp-server.ts';
import { FlvMux } from '../src/main/media/flv-mux.ts';
import type { MediaUnit, VideoUnit } from '../src/main/media/units.ts';
import { childPids, usageOf, waitsOf } from './proc-usage.ts';

const CLIP = { width: 1280, height: 720, bitrateKbps: 6000, fps: 30, seconds: 8 } as const;
/** Node needs a while until it has compiled what runs often. */
const SETTLE_MS = 12_000;
const MEASURE_MS = 20_000;
/** Of the bytes that the clip has in that time; the server writes what it took in lumps. */
const RECEIVED_MIN = 0.95;

/** Percent of one core, and how often per second it slept. */
interface Cost {
  readonly cpu: number;
  readonly waits: number;
  /** What the server took of it, kbit/s. */
  readonly kbps: number;
}

export interface EncodedCost {
  readonly media: Cost;
  readonly bare: Cost;
  /** The FFmpegs of the media process together: AAC encoder and destination. Not gated. */
  readonly childrenCpu: number;
  readonly mediaToBare: number;
}

/**
 * What the media process itself takes for encoded packets of 720p at 6 Mbit/s and the microphone, with one
 * destination, beside a bare FFmpeg that remuxes the same stream with copied AAC to the same server, and gets each
 * packet through a pipe when a session would have it.
 * @throws Error when the server did not get one of the two
 */
export async function measureEncodedPath(ffmpeg: string): Promise<EncodedCost> {
  const clip = await encodeClip(CLIP, ffmpeg);
  const units = inOrder([...pictureUnits(clip, CLIP), ...(await toneUnits(CLIP.seconds, ffmpeg))]);
  const server = await startRtmpServer();
  const bench = await openMediaBench();
  const bare = spawn(
    ffmpeg,
    [
      ...['-v', 'error', '-nostdin', '-f', 'flv', '-i', 'pipe:0', '-c', 'copy'],
      ...['-flush_packets', '1', '-f', 'flv', `${server.url}/bare`],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const gone = new Promise((resolve) => bare.once('exit', resolve));
  let over = false;
  try {
    const { width, height, bitrateKbps, fps } = CLIP;
    bench.start([{ kind: 'rtmp', id: 'a', name: 'a', server: server.url, key: 'media' }], {
      ffmpeg,
      fps,
      renditions: [{ name: 'main', width, height, bitrateKbps }],
    });
    const packets = clip.map((picture) => ({ ...picture, width, height }));
    const loops = Math.ceil((SETTLE_MS + MEASURE_MS) / 1000 / CLIP.seconds) + 2;
    const feeding = bench.feed(Array.from({ length: loops }, () => packets).flat(), {
      fps,
      cancelled: () => over,
    });
    const feedingBare = feedBare(bare.stdin, units, () => over);
    await until('it is live', () => bench.destination('a')?.state === 'live');
    await pause(SETTLE_MS);
    const children = childPids(bench.media.pid!);
    const look = () => ({
      media: sample(bench.media.pid!, server, 'media'),
      bare: sample(bare.pid!, server, 'bare'),
      children: children.reduce((sum, pid) => sum + usageOf(pid)!.cpuSeconds, 0),
      atMs: performance.now(),
    });
    const before = look();
    await pause(MEASURE_MS);
    const after = look();
    const seconds = (after.atMs - before.atMs) / 1000;
    const media = costOf(before.media, after.media, seconds);
    const cost = costOf(before.bare, after.bare, seconds);
    over = true;
    await Promise.all([feeding, feedingBare]);
    await bench.stop();
    for (const [name, { kbps }] of Object.entries({ media, bare: cost })) {
      if (kbps < RECEIVED_MIN * bitrateKbps) throw new Error(`the server got ${kbps} kbit/s of ${name}`);
    }
    return {
      media,
      bare: cost,
      childrenCpu: ((after.children - before.children) / seconds) * 100,
      mediaToBare: media.cpu / cost.cpu,
    };
  } finally {
    over = true;
    bare.kill('SIGKILL');
    await gone;
    await bench.close();
    await server.close();
  }
}

interface Sample {
  readonly cpuSeconds: number;
  readonly waits: number;
  readonly received: number;
}

function sample(pid: number, server: RtmpServer, key: string): Sample {
  const received = server.recordings(key).reduce((sum, name) => sum + statSync(name).size, 0);
  return { cpuSeconds: usageOf(pid)!.cpuSeconds, waits: waitsOf(pid), received };
}

function costOf(before: Sample, after: Sample, seconds: number): Cost {
  return {
    cpu: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
    waits: (after.waits - before.waits) / seconds,
    kbps: ((after.received - before.received) * 8) / 1000 / seconds,
  };
}

/** The clip with copied AAC over and over, each packet in one write when a session would have it. */
async function feedBare(to: Writable, units: readonly MediaUnit[], over: () => boolean): Promise<void> {
  const first = units.find((unit): unit is VideoUnit => unit.kind === 'video')!;
  const mux = new FlvMux(first, (bytes) => to.write(bytes), { changedSets: 'sequence-header' });
  const startMs = performance.now();
  for (let loopUs = 0; !over(); loopUs += CLIP.seconds * 1e6) {
    for (const unit of units) {
      const waitMs = (loopUs + arrivalUs(unit)) / 1000 - (performance.now() - startMs);
      if (waitMs > 0) await pause(waitMs);
      if (over()) return;
      to.cork();
      mux.add({ ...unit, timeUs: loopUs + unit.timeUs });
      to.uncork();
    }
  }
}
