import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMotionStore } from '../services/motion/motion-store.ts';
import { bindMotion } from './bind-motion.ts';
import { greetedRouter } from './fake-page.ts';

const ID = '0a7e0f4c-7e6b-4ad3-8a2e-0b5d0a1d3b11';
const FILE = readFileSync(new URL('../../../resources/motions/performer.vmotion', import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-bind-motion-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a motion that is sent twice is kept once; an id that is no file name is refused', async () => {
  const store = await openMotionStore({ dir, onChange: () => undefined });
  const router = await greetedRouter();
  bindMotion(router, store);

  const send = (id: string) =>
    router.acceptUpload('motion', { id, name: 'Wave' }).finish(Readable.from([FILE]));
  expect([await send(ID), await send(ID)]).toEqual([{}, {}]);
  expect(store.snapshot().recordings.map(({ id, name }) => [id, name])).toEqual([[ID, 'Wave']]);
  for (const id of ['../../x', ID.toUpperCase(), '']) expect(() => send(id)).toThrow('ipc.bad-payload');
});
