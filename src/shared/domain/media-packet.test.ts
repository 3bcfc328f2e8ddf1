import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MEDIA_HEADER_BYTES, readMediaPacket, writePcmHeader, writeVideoHeader } from './media-packet.ts';

test('a video packet survives the wire', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 16, max: 65535 }),
      fc.integer({ min: 16, max: 65535 }),
      fc.integer({ min: 0, max: 65535 }),
      fc.double({ min: 0, max: 2e15, noNaN: true }),
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      (key, width, height, epoch, timestampUs, payload) => {
        const bytes = new Uint8Array(MEDIA_HEADER_BYTES + payload.length);
        writeVideoHeader(new DataView(bytes.buffer), key, width, height, epoch, timestampUs);
        bytes.set(payload, MEDIA_HEADER_BYTES);
        const { data, ...rest } = readMediaPacket(bytes);
        expect(rest).toEqual({ kind: 'video', key, width, height, epoch, timestampUs });
        expect([...data]).toEqual([...payload]);
      },
    ),
  );
});

test('PCM keeps its clock, and a half sample is refused', () => {
  const bytes = new Uint8Array(MEDIA_HEADER_BYTES + 8);
  writePcmHeader(new DataView(bytes.buffer), 3, 123456.5);
  expect(readMediaPacket(bytes)).toMatchObject({ kind: 'pcm', epoch: 3, timestampUs: 123456.5 });
  expect(() => readMediaPacket(bytes.subarray(0, -1))).toThrow('inside a sample');
});

test('arbitrary bytes are a packet or a named fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        readMediaPacket(bytes);
      } catch (error) {
        expect((error as Error).message).toMatch(/^media packet: /);
      }
    }),
  );
});
