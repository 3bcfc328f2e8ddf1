import { describe, expect, test } from 'vitest';
import { readImageHeader } from './images.ts';
import { pngHeader } from './make-glb.ts';

const bytes = (...parts: (number | string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)),
  );
const zeros = (count: number): number[] => Array(count).fill(0);

const frame = [0xff, 0xc2, 0x00, 0x11, 8, 0x02, 0x58, 0x03, 0x20, 3];
const segment = [0xff, 0xe1, 0x00, 0x06, 1, 2, 3, 4];
const riff = ['RIFF', zeros(4), 'WEBP'] as const;

describe('readImageHeader', () => {
  test.each([
    ['PNG', pngHeader(1920, 1080), 'image/png', 1920, 1080],
    ['progressive JPEG after a segment', bytes(0xff, 0xd8, segment, 0xff, frame), 'image/jpeg', 800, 600],
    // Frame tag, start code and size as RFC 6386, 9.1 has them.
    [
      'lossy WebP',
      bytes(...riff, 'VP8 ', zeros(4), 0x30, 1, 0, 0x9d, 1, 0x2a, 176, 0, 144, 0),
      'image/webp',
      176,
      144,
    ],
    [
      'lossless WebP',
      bytes(...riff, 'VP8L', zeros(4), 0x2f, 0xff, 0xc0, 0x3f, 0, zeros(5)),
      'image/webp',
      256,
      256,
    ],
    [
      'extended WebP',
      bytes(...riff, 'VP8X', zeros(8), 0x7f, 0x07, 0, 0x37, 0x04, 0),
      'image/webp',
      1920,
      1080,
    ],
    [
      'KTX2',
      bytes(0xab, 'KTX 20', 0xbb, 0x0d, 0x0a, 0x1a, 0x0a, zeros(8), [0, 4, 0, 0], [0, 2, 0, 0], zeros(52)),
      'image/ktx2',
      1024,
      512,
    ],
  ])('reads the size of a %s', (_, image, type, width, height) => {
    expect(readImageHeader(image)).toEqual({ type, width, height });
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['GIF', bytes('GIF89a', zeros(40))],
    ['a PNG cut short', pngHeader(8, 8).subarray(0, 20)],
    ['a PNG without pixels', pngHeader(0, 8)],
    ['a JPEG without a frame', bytes(0xff, 0xd8, segment, 0xff, 0xd9, zeros(20))],
    ['a JPEG with a segment of no length', bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0, zeros(40))],
    ['a WebP of an unknown kind', bytes(...riff, 'VP9 ', zeros(40))],
  ])('knows no %s', (_, image) => {
    expect(readImageHeader(image)).toBeNull();
  });
});
