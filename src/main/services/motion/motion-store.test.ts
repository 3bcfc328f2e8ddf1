import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeMotion } from '../../../shared/domain/motion.ts';
import { MAX_RECORDINGS, type MotionsSnapshot, motionsSnapshot } from '../../../shared/ipc/motion.ts';
import { type MotionStore, openMotionStore } from './motion-store.ts';

let dir: string;
let published: MotionsSnapshot[];
const open = (): Promise<MotionStore> =>
  openMotionStore({
    dir: join(dir, 'motions'),
    onChange: (snapshot) => published.push(motionsSnapshot.payload.parse(snapshot)),
    now: () => 1_700_000_000_000,
  });

/** A yaw that grows, at 30 pictures a second. */
const FILE = encodeMotion({
  fps: 30,
  loop: false,
  channels: [],
  scalars: ['yaw'],
  bones: [],
  expressions: [],
  times: Float32Array.from({ length: 61 }, (_, i) => i / 30),
  values: Float32Array.from({ length: 61 }, (_, i) => i / 100),
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-motions-'));
  published = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a recording is kept over a restart, renamed, given out and removed', async () => {
  const store = await open();
  expect(store.snapshot()).toEqual({ recordings: [], full: false });
  const id = randomUUID();
  await store.add(id, '../../etc/Wave', FILE);
  // Its answer was lost: it is sent again.
  await store.add(id, '../../etc/Wave', FILE);
  expect(published).toHaveLength(1);
  expect(published[0]?.recordings[0]).toEqual({
    id,
    name: '../../etc/Wave',
    url: `/motions/${id}.vmotion`,
    seconds: 2,
    bytes: FILE.length,
    createdAt: 1_700_000_000_000,
  });
  expect(readdirSync(join(dir, 'motions')).sort()).toEqual([`${id}.vmotion`, 'index.json'].sort());
  await store.rename(id, 'Wave');
  const again = await open();
  expect(again.snapshot().recordings.map(({ name }) => name)).toEqual(['Wave']);
  const asset = await again.asset(`${id}.vmotion`);
  expect(new Uint8Array(readFileSync((asset as { path: string }).path))).toEqual(FILE);
  for (const name of ['index.json', id, `../${id}.vmotion`, '']) expect(await again.asset(name)).toBeNull();
  await again.remove(id);
  expect([again.snapshot().recordings, readdirSync(join(dir, 'motions'))]).toEqual([[], ['index.json']]);
});

test('what is no motion is refused by name and leaves nothing', async () => {
  const store = await open();
  await expect(store.add(randomUUID(), 'x', new Uint8Array(100))).rejects.toThrow(
    'motion.bad-file: not a motion file: the magic',
  );
  await expect(store.add(randomUUID(), 'x', FILE.subarray(0, 90))).rejects.toThrow('motion.bad-file');
  await expect(store.rename('0a7e0f4c-7e6b-4ad3-8a2e-0b5d0a1d3b11', 'x')).rejects.toThrow('motion.not-found');
  await expect(store.remove('0a7e0f4c-7e6b-4ad3-8a2e-0b5d0a1d3b11')).rejects.toThrow('motion.not-found');
  expect([published, store.snapshot().recordings]).toEqual([[], []]);
});

test('there is an end to how many are kept', async () => {
  const store = await open();
  const ids = Array.from({ length: 3 }, () => randomUUID());
  for (const id of ids) await store.add(id, id, FILE);
  const path = join(dir, 'motions', 'index.json');
  const index = JSON.parse(readFileSync(path, 'utf8')) as { recordings: object[] };
  const [first] = index.recordings;
  // As many entries as there may be, all but three of the same file.
  index.recordings = [...index.recordings, ...Array.from({ length: MAX_RECORDINGS - 3 }, () => first!)];
  writeFileSync(path, JSON.stringify(index));
  const full = await open();
  expect(full.snapshot().full).toBe(true);
  await expect(full.add(randomUUID(), 'one more', FILE)).rejects.toThrow('motion.too-many');
  await full.remove(ids[2]!);
  expect(full.snapshot().full).toBe(false);
  await full.add(randomUUID(), 'one more', FILE);
});

test('a broken index is set aside, a file that is gone is not listed', async () => {
  const store = await open();
  const id = randomUUID();
  await store.add(id, 'gone', FILE);
  await store.add(randomUUID(), 'there', FILE);
  rmSync(join(dir, 'motions', `${id}.vmotion`));
  expect((await open()).snapshot().recordings.map(({ name }) => name)).toEqual(['there']);
  writeFileSync(join(dir, 'motions', 'index.json'), '{"version":1,"recordings":[{"id":"../x"}]}');
  expect((await open()).snapshot().recordings).toEqual([]);
  expect(readdirSync(join(dir, 'motions')).some((name) => name.startsWith('index.json.broken-'))).toBe(true);
});
