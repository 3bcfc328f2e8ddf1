import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DestinationSet } from './destination-set.ts';
import type { ParsedDestination } from './protocol.ts';
import { RenditionStream } from './rendition.ts';

const config = { avcC: new Uint8Array(7), codec: 'avc1.42c01e', width: 640, height: 360 };
/** Takes everything at once, and needs a while to end. */
const FAKE = `#!${process.execPath}
process.stdout.write('total_size=10\\nout_time_us=1000\\nprogress=continue\\n');
process.stdin.resume().on('end', () => setTimeout(() => process.exit(0), 300));
`;

// A script is no program there.
describe.skipIf(process.platform === 'win32')('destinations of a session', () => {
  let folder: string;
  let ffmpeg: string;
  let set: DestinationSet;
  let said: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-set-'));
    ffmpeg = join(folder, 'ffmpeg');
    writeFileSync(ffmpeg, FAKE);
    chmodSync(ffmpeg, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(() => {
    said = [];
    const rendition = new RenditionStream({ name: 'main', width: 640, height: 360, bitrateKbps: 1000 }, 30);
    set = new DestinationSet({
      ffmpeg,
      fps: 30,
      renditions: [rendition],
      onChange: () => undefined,
      needKeyFrame: () => undefined,
      log: (_level, message) => said.push(message),
    });
    const data = new Uint8Array(100);
    rendition.distribute({ kind: 'video', start: true, timeUs: 0, data, config }, performance.now());
  });
  afterEach(() => set.stop());

  const place = (change: Partial<ParsedDestination> = {}): ParsedDestination =>
    ({
      kind: 'rtmp',
      id: 'a',
      name: 'A',
      server: 'rtmp://127.0.0.1/live',
      key: 'k',
      rendition: 'main',
      ...change,
    }) as ParsedDestination;
  const states = () => set.status().map(({ state }) => state);
  const until = (state: string) => vi.waitFor(() => expect(states()).toEqual([state]), { timeout: 8000 });

  test('off, on and off again while it ends: it stays off', async () => {
    set.add(place());
    await until('live');
    set.remove('a');
    set.add(place());
    set.remove('a');
    await until('ended');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states()).toEqual(['ended']);
  });

  test('off and on while it ends: it begins anew, once', async () => {
    set.add(place());
    await until('live');
    set.remove('a');
    set.add(place());
    set.add(place({ name: 'B' }));
    expect(states()).toEqual(['stopping']);
    await until('live');
    expect(set.status()[0]!.name).toBe('B');
    set.add(place());
    expect(said.at(-1)).toBe('A is a destination already');
  });

  test('the end of the session ends what waits to begin as well', async () => {
    set.add(place());
    await until('live');
    set.remove('a');
    set.add(place());
    expect(await set.stop()).toEqual([]);
    expect(states()).toEqual(['ended']);
    set.add(place({ id: 'b' }));
    expect(states()).toEqual(['ended']);
  });

  test('a rendition that the session does not have', () => {
    set.add(place({ rendition: 'second' }));
    expect(set.status()).toEqual([]);
    expect(said).toEqual(['A: this session has no rendition second']);
  });

  test('a file is ended in order when there is no room, and is no file that is written any more', async () => {
    const path = join(folder, 'a.mkv');
    set.add({ kind: 'file', id: 'a', name: 'A', path, rendition: 'main' } as ParsedDestination);
    await until('live');
    expect(set.files()).toEqual([{ id: 'a', path }]);
    set.stopForSpace('a', 5e6);
    set.stopForSpace('a', 5e6);
    expect(set.files()).toEqual([]);
    await until('ended');
    expect(set.status()[0]!.reason).toBe('record.low-space');
    expect(said).toHaveLength(1);
  });

  test('a failed one begins anew by a retry; nobody is no error', async () => {
    set.add(place({ server: 'nonsense' } as Partial<ParsedDestination>));
    expect(states()).toEqual(['failed']);
    set.retry('a');
    set.retry('nobody');
    set.remove('nobody');
    expect(set.status()[0]!.reason).toBe('destination.bad-url');
    expect(set.status()[0]!.history.filter(({ state }) => state === 'failed')).not.toEqual([]);
  });
});
