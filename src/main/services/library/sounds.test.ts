import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openContentStore } from './content-store.ts';
import { checkSound, SOUND_BYTES, SOUNDS } from './sounds.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const WAV = bytes('RIFF\0\0\0\0WAVEfmt ');

describe('sounds of the library', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vida3-sounds-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('a sound is known by its first bytes, everything else is refused', () => {
    expect(checkSound(WAV)).toBe('audio/wav');
    expect(checkSound(bytes('ID3\u0004\0\0'))).toBe('audio/mpeg');
    expect(checkSound(Uint8Array.of(0xff, 0xfb, 0x90, 0))).toBe('audio/mpeg');
    expect(checkSound(bytes('OggS\0'))).toBe('audio/ogg');
    expect(checkSound(bytes('\0\0\0\x20ftypM4A '))).toBe('audio/mp4');
    expect(checkSound(bytes('fLaC\0'))).toBe('audio/flac');
    const large = new Uint8Array(SOUND_BYTES + 1);
    large.set(WAV);
    for (const bad of [bytes('<html>'), bytes(''), bytes('\x89PNG'), bytes('RIFF\0\0\0\0AVI '), large]) {
      expect(() => checkSound(bad)).toThrow(expect.objectContaining({ reason: 'sound.not-audio' }));
    }
  });

  test('kept once, found again after a restart, served by its own name only, removed', async () => {
    const store = await openContentStore(dir, SOUNDS);
    const { id } = await store.add('Rain', WAV);
    expect(await store.add('Other name', WAV)).toEqual({ id });
    const again = await openContentStore(dir, SOUNDS);
    expect(again.list()).toEqual([{ id, name: 'Rain', url: `/sounds/${id}.wav` }]);
    expect(await again.find(id)).toEqual({ url: `/sounds/${id}.wav` });
    const asset = await again.asset(`${id}.wav`);
    expect(asset?.type).toBe('audio/wav');
    expect(new Uint8Array(await readFile((asset as unknown as { path: string }).path))).toEqual(WAV);
    expect(await again.asset(`${id}.mp3`)).toBeNull();
    expect(await again.asset('../index.json')).toBeNull();
    await again.remove(id);
    expect(await again.find(id)).toBeNull();
    await expect(again.remove(id)).rejects.toMatchObject({ reason: 'sound.not-found' });
  });

  test('an index that cannot be read is set aside', async () => {
    await writeFile(join(dir, 'index.json'), '{');
    expect((await openContentStore(dir, SOUNDS)).list()).toEqual([]);
  });
});
