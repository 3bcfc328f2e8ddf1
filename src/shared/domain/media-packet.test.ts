import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MEDIA_HEADER_BYTES, readMediaPacket, writePcmHeader, writeVideoHeader } from './media-packet.ts';

function packet(write: (view: DataView) => void, payload = 8): Uint8Array {
  const bytes = new Uint8Array(MEDIA_HEADER_BYTES + payload);
  write(new DataView(bytes.buffer));
  return bytes;
}

test('what was written is read: key frames, cards and sound', () => {
  expect(readMediaPacket(packet((view) => writeVideoHeader(view, false, 640, 360, 7, 5)))).toMatchObject({
    kind: 'video',
    key: false,
    card: false,
    width: 640,
    height: 360,
    epoch: 7,
    timestampUs: 5,
  });
  expect(readMediaPacket(packet((view) => writeVideoHeader(view, true, 640, 360, 7, 5, true)))).toMatchObject(
    {
      key: true,
      card: true,
    },
  );
  expect(readMediaPacket(packet((view) => writePcmHeader(view, 65_537, 9)))).toMatchObject({
    kind: 'pcm',
    epoch: 1,
    timestampUs: 9,
  });
});

test('a card that is no key frame is refused', () => {
  expect(() =>
    readMediaPacket(packet((view) => writeVideoHeader(view, false, 640, 360, 7, 5, true))),
  ).toThrow('card');
});

test('any bytes are a packet or an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        const { data } = readMediaPacket(bytes);
        expect(data.byteLength).toBe(bytes.byteLength - MEDIA_HEADER_BYTES);
      } catch (error) {
        expect(String(error)).toContain('media packet');
      }
    }),
  );
});
