import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { archiveUpload } from '../../shared/ipc/data.ts';
import { avatarUpload } from '../../shared/ipc/library.ts';
import { greetedRouter } from './fake-page.ts';
import { withUploadFile } from './upload-body.ts';

let dir: string;
let folder: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-upload-'));
  folder = join(dir, 'uploads');
});
afterEach(() => rmSync(dir, { recursive: true }));

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).fill(size);
}

test('a body becomes a file, which is gone afterwards', async () => {
  let path = '';
  const size = await withUploadFile(folder, chunks(3, 4, 5), 12, async (file) => {
    path = file;
    return readFileSync(file).byteLength;
  });
  expect(size).toBe(12);
  expect(existsSync(path)).toBe(false);
});

test('too much is cut off while it comes, and nothing is left', async () => {
  let asked = 0;
  async function* endless() {
    for (;;) {
      asked++;
      yield new Uint8Array(1000);
    }
  }
  const refused = withUploadFile(folder, endless(), 2500, async () => 0);
  await expect(refused).rejects.toMatchObject({ reason: 'ipc.too-big' });
  expect(asked).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});

test('a handler or a sender that fails leaves nothing', async () => {
  const failed = withUploadFile(folder, chunks(1), 9, async () => {
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  async function* cut() {
    yield new Uint8Array(1);
    throw new Error('cut off');
  }
  await expect(withUploadFile(folder, cut(), 9, async () => 0)).rejects.toThrow('cut off');
  expect(readdirSync(folder)).toEqual([]);
});

test('what a killed program left is swept, what is fresh stays', async () => {
  await withUploadFile(folder, chunks(1), 9, async () => 0);
  for (const name of ['upload-old', 'upload-fresh', 'other']) writeFileSync(join(folder, name), 'x');
  utimesSync(join(folder, 'upload-old'), 1, 1);
  await withUploadFile(folder, chunks(1), 9, async () => 0);
  expect(readdirSync(folder).sort()).toEqual(['other', 'upload-fresh']);
});

test('a folder that cannot be made is a reason', async () => {
  writeFileSync(folder, 'a file');
  await expect(withUploadFile(folder, chunks(1), 9, async () => 0)).rejects.toMatchObject({
    reason: 'storage.failed',
  });
});

test('the router gives a file to who wants a file, and bytes to who wants bytes', async () => {
  const router = await greetedRouter(folder);
  expect(() => router.receive(archiveUpload, () => ({ added: 0, known: 0, refused: 0 }))).toThrow(
    'as a file',
  );
  expect(() => router.receiveFile(avatarUpload, () => ({ id: '' }))).toThrow('in memory');
  router.receiveFile(archiveUpload, ({ name }, path) => ({
    added: readFileSync(path).byteLength,
    known: name.length,
    refused: 0,
  }));
  const answer = await router.acceptUpload('archive', { name: 'abc' }).finish(chunks(7, 8));
  expect(answer).toEqual({ added: 15, known: 3, refused: 0 });
  expect(readdirSync(folder)).toEqual([]);
});
