import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTrack, trackFile } from '../src/main/commands/track.ts';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import type { Host, PageOptions } from '../src/main/host/port.ts';
import { Router } from '../src/main/ipc/router.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import { createModels, readModelManifest } from '../src/main/services/models/models.ts';
import { ARKIT_CHANNELS } from '../src/shared/domain/arkit.ts';
import { type TrackLine, trackLineSchema } from '../src/shared/ipc/track.ts';
import { canTrack, clipFile, MODEL_FILE, openBrowser } from './tracker/bench.ts';

const RENDERER = path.join(import.meta.dirname, '../src/renderer');

interface Reference {
  readonly names: readonly string[];
  readonly frames: readonly { f: readonly { p: number[]; b: number[] }[] }[];
}

interface Truth {
  readonly frames: readonly { yaw: number; pitch: number; roll: number; bs: Record<string, number> }[];
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((s, x) => s + x, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  return (
    dot((i) => (a[i]! - ma) * (b[i]! - mb)) /
    Math.sqrt(dot((i) => (a[i]! - ma) ** 2) * dot((i) => (b[i]! - mb) ** 2))
  );
}

const rmse = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((s, x, i) => s + (x - b[i]!) ** 2, 0) / a.length);

describe('npm run track', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-track-test-'));
  const page = path.join(folder, 'page');

  beforeAll(async () => {
    if (!canTrack) return;
    await build({
      configFile: false,
      root: RENDERER,
      base: './',
      publicDir: false,
      logLevel: 'warn',
      worker: { format: 'es' },
      build: {
        target: 'chrome140',
        outDir: page,
        emptyOutDir: true,
        rollupOptions: { input: path.join(RENDERER, 'track.html') },
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function track(camera: string, name: string): Promise<TrackLine[]> {
    const out = path.join(folder, `${name}.jsonl`);
    const home = path.join(folder, `home-${name}`);
    const real = createBrowserHost({
      home,
      rendererDir: page,
      mediaEntry: '',
      log: silentLog,
      launch: false,
    });
    const chrome = await openBrowser([]);
    // The page in a browser of the test's own, so that every request can be seen.
    const host: Host = Object.assign(Object.create(real) as Host, {
      openPage: async (options: PageOptions) => void (await chrome.page.goto(real.url(options.path))),
    });
    try {
      await trackFile(
        { camera, out, ffmpeg: (await locateFfmpeg()).path, signal: new AbortController().signal },
        {
          host,
          router: new Router({ log: silentLog, redact: (text) => text }),
          models: createModels({
            manifest: readModelManifest(path.join(resourcesDir(), 'models.json')),
            cacheDir: path.join(folder, 'models'),
            modelsDir: path.dirname(MODEL_FILE),
          }),
        },
      );
      expect(
        chrome.requests.filter(
          (url) => !url.startsWith(`http://127.0.0.1:${real.port}/`) && !url.startsWith('data:'),
        ),
      ).toEqual([]);
    } finally {
      await chrome.close();
      await host.close();
    }
    return readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => trackLineSchema.parse(JSON.parse(line)));
  }

  const synth = clipFile('synth_ict.mp4');
  test.skipIf(!canTrack || !existsSync(synth))(
    'synth_ict: pose, jaw and blinks follow the truth, raw and solved',
    async () => {
      const lines = await track(synth, 'synth_ict');
      const truth = (readJson(clipFile('synth_ict.truth.json')) as Truth).frames;
      expect(lines).toHaveLength(truth.length);
      expect(Object.keys(lines[0]!.raw).sort()).toEqual([...ARKIT_CHANNELS].sort());
      expect(Object.keys(lines[0]!.solved).sort()).toEqual([...ARKIT_CHANNELS].sort());
      expect(lines.every((line) => line.raw['tongueOut'] === 0)).toBe(true);
      expect(lines.every((line, i) => Math.abs(line.t - i / 30) < 1e-4)).toBe(true);
      const angle = (axis: 'yaw' | 'pitch' | 'roll') =>
        rmse(
          lines.map((line) => line[axis]!),
          truth.map((frame) => frame[axis]),
        );
      const follow = (kind: 'raw' | 'solved', name: string) =>
        correlation(
          lines.map((line) => line[kind][name]!),
          truth.map((frame) => frame.bs[name]!),
        );
      const got = {
        yaw: angle('yaw'),
        pitch: angle('pitch'),
        roll: angle('roll'),
        ...Object.fromEntries(
          (['raw', 'solved'] as const).flatMap((kind) =>
            ['jawOpen', 'eyeBlinkLeft', 'eyeBlinkRight'].map((name) => [
              `${kind} ${name}`,
              follow(kind, name),
            ]),
          ),
        ),
      };
      console.log('synth_ict against its truth', got);
      expect(got.yaw).toBeLessThanOrEqual(1.2);
      expect(got.pitch).toBeLessThanOrEqual(2.2);
      expect(got.roll).toBeLessThanOrEqual(0.8);
      for (const kind of ['raw', 'solved'] as const) {
        expect(follow(kind, 'jawOpen')).toBeGreaterThanOrEqual(0.97);
        expect(follow(kind, 'eyeBlinkLeft')).toBeGreaterThanOrEqual(0.92);
        expect(follow(kind, 'eyeBlinkRight')).toBeGreaterThanOrEqual(0.92);
      }
    },
    90_000,
  );

  for (const name of [
    'public_talk_frontal',
    'public_talk_expressive',
    'public_upperbody_hands',
    'made_leave_reenter',
  ]) {
    const clip = clipFile(`${name}.mp4`);
    test.skipIf(!canTrack || !existsSync(clip))(
      `${name}: the scores are the reference's`,
      async () => {
        const lines = await track(clip, name);
        const reference = readJson(clipFile(`${name}.ref.json`)) as Reference;
        expect(lines).toHaveLength(reference.frames.length);
        let sum = 0;
        let count = 0;
        let foundAlike = 0;
        reference.frames.forEach((frame, i) => {
          const face = frame.f[0];
          const line = lines[i]!;
          if (line.found === (face !== undefined)) foundAlike++;
          if (!face || !line.found) return;
          reference.names.forEach((channel, k) => {
            if (channel === '_neutral') return;
            sum += Math.abs(line.raw[channel]! - face.b[k]!);
            count++;
          });
        });
        console.log(
          `${name}: mean absolute difference ${(sum / count).toFixed(5)}, found alike ${foundAlike}`,
        );
        expect(sum / count).toBeLessThanOrEqual(0.01);
        expect(foundAlike / lines.length).toBeGreaterThanOrEqual(0.99);
      },
      90_000,
    );
  }

  test('refuses what it cannot do, with its exit code', async () => {
    expect(await runTrack([])).toBe(2);
    expect(await runTrack(['--camera', 'a.mp4'])).toBe(2);
    expect(await runTrack(['--no-such-flag'])).toBe(2);
  });

  test.skipIf(!canTrack)('a file that is no video, and none at all, are named; nothing is left', async () => {
    const text = path.join(folder, 'text.mp4');
    writeFileSync(text, 'not a video');
    const reasonOf = (camera: string) =>
      track(camera, 'bad').then(
        () => null,
        (error: { reason?: unknown }) => error.reason,
      );
    const reason = await reasonOf(text);
    expect(reason).toBe('camera.not-a-video');
    expect(await reasonOf(path.join(folder, 'absent.mp4'))).toBe('camera.file-missing');
    expect(readdirSync(folder).filter((file) => file.startsWith('bad'))).toEqual([]);
  });
});
