import { describe, expect, test } from 'vitest';
import { encoderCandidates, startsDecoding } from './h264.ts';

test('candidates: baseline first, then main, real-time Annex B at a constant rate', () => {
  const [first, second] = encoderCandidates(1280, 720, 30, 3000);
  expect(first).toMatchObject({
    codec: 'avc1.42E01F',
    bitrate: 3_000_000,
    framerate: 30,
    latencyMode: 'realtime',
    bitrateMode: 'constant',
    hardwareAcceleration: 'no-preference',
    avc: { format: 'annexb' },
  });
  expect(second!.codec).toBe('avc1.4D401F');
});

test('after a failure software comes first', () => {
  expect(encoderCandidates(1280, 720, 30, 3000, true).map((c) => [c.codec, c.hardwareAcceleration])).toEqual([
    ['avc1.42E01F', 'prefer-software'],
    ['avc1.4D401F', 'prefer-software'],
    ['avc1.42E01F', 'no-preference'],
    ['avc1.4D401F', 'no-preference'],
  ]);
});

describe('startsDecoding', () => {
  const nal = (type: number, long = true): number[] => [
    ...(long ? [0] : []),
    0,
    0,
    1,
    0x60 | type,
    0x11,
    0x22,
  ];
  test('SPS, PPS and an IDR slice', () => {
    expect(startsDecoding(new Uint8Array([...nal(7), ...nal(8), ...nal(5)]))).toBe(true);
    expect(
      startsDecoding(
        new Uint8Array([...nal(9), ...nal(7, false), ...nal(8, false), ...nal(6), ...nal(5, false)]),
      ),
    ).toBe(true);
  });
  test.each([
    ['no PPS', [...nal(7), ...nal(5)]],
    ['no SPS', [...nal(8), ...nal(5)]],
    ['sets after the slice', [...nal(5), ...nal(7), ...nal(8)]],
    ['no IDR slice', [...nal(7), ...nal(8), ...nal(1)]],
    ['nothing', []],
  ])('not with %s', (_, bytes) => {
    expect(startsDecoding(new Uint8Array(bytes))).toBe(false);
  });
});
