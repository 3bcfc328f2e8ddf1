import { afterEach, expect, test, vi } from 'vitest';
import { FrameCopier } from './frame-copy.ts';

/** What the copier needs of a frame; it says whether it was closed. */
class Picture {
  readonly format = 'I420';
  readonly visibleRect = { width: 2, height: 2 };
  readonly timestamp: number;
  readonly fails: boolean;
  closed = false;

  constructor(timestamp: number, fails = false) {
    this.timestamp = timestamp;
    this.fails = fails;
  }

  allocationSize(): number {
    return 6;
  }

  async copyTo(): Promise<object[]> {
    if (this.fails) throw new Error('no pixels');
    return [];
  }

  close(): void {
    this.closed = true;
  }
}

class Copy {
  readonly timestamp: number;

  constructor(_buffer: Uint8Array, { timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }
}

const asFrame = (picture: Picture): VideoFrame => picture as unknown as VideoFrame;

afterEach(() => vi.unstubAllGlobals());

test('a frame that cannot be copied is closed and left out; the next one comes', async () => {
  vi.stubGlobal('VideoFrame', Copy);
  const copier = new FrameCopier();
  for (let i = 0; i < 40; i++) {
    const broken = i % 10 !== 9;
    const picture = new Picture(i, broken);
    const copy = await copier.take(asFrame(picture));
    expect(copy?.timestamp ?? null).toBe(broken ? null : i);
    expect(picture.closed).toBe(true);
  }
});

test('ten failures in a row are not the frame', async () => {
  vi.stubGlobal('VideoFrame', Copy);
  const copier = new FrameCopier();
  for (let i = 0; i < 9; i++) expect(await copier.take(asFrame(new Picture(i, true)))).toBeNull();
  const tenth = new Picture(9, true);
  await expect(copier.take(asFrame(tenth))).rejects.toThrow('no pixels');
  expect(tenth.closed).toBe(true);
});
