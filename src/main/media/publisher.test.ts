import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, assert, beforeAll, describe, expect, test } from 'vitest';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { recipeFor } from './recipes.ts';
import type { VideoUnit } from './units.ts';

const config = { avcC: new Uint8Array(7), codec: 'avc1.42c01e', width: 640, height: 360 };
/** A disk that stands still from the first bytes on until there is a file `go` beside it. */
const FAKE = `#!${process.execPath}
const { existsSync } = require('node:fs');
process.stdout.write('total_size=10\\nout_time_us=1000\\nprogress=continue\\n');
const wait = setInterval(() => {
  if (!existsSync(process.argv[1] + '.go')) return;
  clearInterval(wait);
  process.stdin.resume().on('end', () => process.exit(0));
}, 50);
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

  test('loses no picture of a recording', async () => {
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
    const onLost = (reason: string) => lost.push(reason);
    let publisher: Publisher | undefined;
    await new Promise<void>((onLive) => {
      publisher = new Publisher({ ...made, onLive, onLost }, first, [first]);
    });
    assert(publisher);
    // Its limits are those of a running one by then.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    for (let i = 1; i < 300; i++) publisher.add(picture(i));
    expect(publisher.queueMs).toBeGreaterThan(8000);
    writeFileSync(`${ffmpeg}.go`, '');
    await publisher.end(8000);
    expect([publisher.frames, publisher.dropped, lost]).toEqual([300, 0, []]);
  });
});
