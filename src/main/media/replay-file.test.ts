import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeReplay } from './replay-file.ts';
import type { VideoUnit } from './units.ts';

const config = { avcC: new Uint8Array(7), codec: 'avc1.42c01e', width: 640, height: 360 };
/** Begins a file and never comes to its end. */
const FAKE = `#!${process.execPath}
require('node:fs').writeFileSync(process.argv.at(-1).replace('file:', ''), 'a part');
setInterval(() => {}, 1e6);
`;

// A script is no program there.
test.skipIf(process.platform === 'win32')(
  'a replay that takes too long is given up and leaves no file',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vida3-replay-'));
    const [ffmpeg, path] = [join(folder, 'ffmpeg'), join(folder, 'a.mkv')];
    writeFileSync(ffmpeg, FAKE);
    chmodSync(ffmpeg, 0o755);
    const start: VideoUnit = { kind: 'video', start: true, timeUs: 0, data: new Uint8Array(100), config };
    const reason = await writeReplay(ffmpeg, path, { start, units: [start], seconds: 0 }, 1000);
    expect(reason).toBe('record.failed');
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  },
);
