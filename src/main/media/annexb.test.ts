import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  buildAvcC,
  codecString,
  isStartPoint,
  readAccessUnit,
  splitNalUnits,
  toLengthPrefixed,
} from './annexb.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const missing = spawnSync(FFMPEG, ['-version']).error !== undefined;

/** Real H.264 of ten pictures, a key frame every five. */
function encode(profile: string): Buffer {
  return execFileSync(FFMPEG, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=10:d=1', '-pix_fmt', 'yuv420p'],
    ...[
      '-c:v',
      'libx264',
      '-profile:v',
      profile,
      '-preset',
      'veryfast',
      '-bf',
      '0',
      '-g',
      '5',
      '-sc_threshold',
      '0',
    ],
    ...['-x264-params', 'aud=1', '-f', 'h264', 'pipe:1'],
  ]);
}

function accessUnits(stream: Uint8Array): Uint8Array[] {
  const units: Buffer[] = [];
  for (const nal of splitNalUnits(stream)) {
    const withCode = Buffer.concat([Buffer.from([0, 0, 1]), nal]);
    if ((nal[0]! & 0x1f) === 9) units.push(withCode);
    else units[units.length - 1] = Buffer.concat([units.at(-1)!, withCode]);
  }
  return units;
}

test('start codes of three and four bytes, and padding between', () => {
  const stream = new Uint8Array([0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3, 0, 0, 1, 0x65, 4, 0, 0]);
  expect(splitNalUnits(stream).map((nal) => [...nal])).toEqual([
    [0x67, 1, 2],
    [0x68, 3],
    [0x65, 4],
  ]);
  expect(splitNalUnits(new Uint8Array([1, 2, 3]))).toEqual([]);
});

describe.skipIf(missing)(`real H.264${missing ? ' (FFmpeg is not installed)' : ''}`, () => {
  test.each(['baseline', 'main', 'high'])('%s: configuration and key frames', (profile) => {
    const units = accessUnits(encode(profile)).map(readAccessUnit);
    expect(units).toHaveLength(10);
    expect(units.map(isStartPoint)).toEqual(Array.from({ length: 10 }, (_, at) => at % 5 === 0));
    const { sps, pps } = units[0]!;
    const avcC = buildAvcC(sps, pps);
    expect([...avcC.subarray(0, 6)]).toEqual([1, sps[0]![1], sps[0]![2], sps[0]![3], 0xff, 0xe1]);
    expect(codecString(sps[0]!)).toMatch(/^avc1\.(42|4D|64)[0-9A-F]{4}$/);
    if (profile === 'high') expect([...avcC.subarray(-4)]).toEqual([0xfd, 0xf8, 0xf8, 0]);
  });

  test('lengths replace start codes; known parameter sets and delimiters go', () => {
    const unit = readAccessUnit(accessUnits(encode('main'))[5]!);
    const data = toLengthPrefixed(unit, buildAvcC(unit.sps, unit.pps));
    const types: number[] = [];
    const view = new DataView(data.buffer);
    for (let at = 0; at < data.length; at += 4 + view.getUint32(at)) types.push(data[at + 4]! & 0x1f);
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter((type) => type === 7 || type === 8 || type === 9)).toEqual([]);
    expect(types).toContain(5);
    const other = toLengthPrefixed(unit, new Uint8Array(0));
    expect(other.length).toBeGreaterThan(data.length);
  });
});
