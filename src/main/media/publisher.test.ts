import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { recipeFor } from './recipes.ts';
import type { VideoUnit } from './units.ts';

const config = { avcC: new Uint8Array(7), codec: 'avc1.42c01e', width: 640, height: 360 };
/** A disk that stands still from the first bytes on until after the pictures below have come. */
const FAKE = `#!${process.execPath}
process.stdout.write('total_size=10\\nout_time_us=1000\\nprogress=continue\\n');
setTimeout(() => process.stdin.resume().on('end', () => process.exit(0)), 4500);
`;

// A script is no program there.
describe.skipIf(process.platform === 'win32')('a disk that stands still', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-publisher-'));
  const ffmpeg = join(folder, 'ffmpeg');
  beforeAll(() => {
    writeFileSync(ffmpeg, FAKE);
    chmodSync(ffmpeg, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('loses no picture of a recording', { timeout: 15_000 }, async () => {
    const path = join(folder, 'a.mkv');
    const recipe = recipeFor({ kind: 'file', id: 'a', name: 'A', path }, ffmpeg, false);
    const lost: string[] = [];
    const made = (await recipe.make({
      signal: new AbortController().signal,
      timeoutMs: (ms) => ms,
    })) as PublisherOptions;
    const picture = (i: number): VideoUnit => {
      const data = new Uint8Array(20_000);
      return { kind: 'video', start: i % 60 === 0, timeUs: i * 33_333, data, config };
    };
    const first = picture(0);
    const options = { ...made, onLive: () => undefined, onLost: (reason: string) => lost.push(reason) };
    const publisher = new Publisher(options, first, [first]);
    // Its limits are those of a running one by then.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    for (let i = 1; i < 300; i++) publisher.add(picture(i));
    expect(publisher.queueMs).toBeGreaterThan(8000);
    await publisher.end(8000);
    expect([publisher.frames, publisher.dropped, lost]).toEqual([300, 0, []]);
  });
});
