import { expect, test } from 'vitest';
import { buildAvcC } from './annexb.ts';
import { FlvMux } from './flv-mux.ts';
import { parameterSetsOf } from './parameter-sets.ts';
import type { AudioUnit, MediaUnit, VideoConfig, VideoUnit } from './units.ts';

interface Tag {
  readonly type: number;
  readonly ms: number;
  readonly body: Buffer;
}

/** Reads back what was written; every size must agree. */
function readFlv(bytes: Buffer): Tag[] {
  expect(bytes.subarray(0, 13).toString('hex')).toBe('464c5601050000000900000000');
  const tags: Tag[] = [];
  for (let at = 13; at < bytes.length; ) {
    const size = bytes.readUIntBE(at + 1, 3);
    expect(bytes.readUInt32BE(at + 11 + size)).toBe(11 + size);
    const ms = bytes.readUIntBE(at + 4, 3) + bytes[at + 7]! * 2 ** 24;
    tags.push({ type: bytes[at]!, ms, body: bytes.subarray(at + 11, at + 11 + size) });
    at += 11 + size + 4;
  }
  return tags;
}

const sets = (id: number): VideoConfig => ({
  avcC: buildAvcC([new Uint8Array([0x67, 66, 0, 31, id])], [new Uint8Array([0x68, id])]),
  codec: 'avc1.42001F',
  width: 640,
  height: 360,
});

function picture(ms: number, config: VideoConfig, start = false): VideoUnit {
  return {
    kind: 'video',
    start,
    timeUs: ms * 1000,
    data: new Uint8Array([0, 0, 0, 2, 0x41, ms & 0xff]),
    config,
  };
}

function sound(ms: number): AudioUnit {
  return { kind: 'audio', timeUs: ms * 1000, data: new Uint8Array([0x21, ms & 0xff]) };
}

function write(units: readonly MediaUnit[], changedSets: 'sequence-header' | 'in-band' = 'sequence-header') {
  const chunks: Uint8Array[] = [];
  const mux = new FlvMux(units[0] as VideoUnit, (bytes) => chunks.push(bytes), { fps: 30, changedSets });
  for (const unit of units) mux.add(unit);
  return { mux, chunks, tags: readFlv(Buffer.concat(chunks)) };
}

test('both tracks are announced, then every unit with its own time', () => {
  const a = sets(1);
  const units = [picture(5000, a, true), sound(4990), sound(5010), picture(5033, a), sound(5031)];
  const { tags, mux } = write(units);
  expect(tags.map(({ type, ms }) => [type, ms])).toEqual([
    [18, 0],
    [9, 0],
    [8, 0],
    [9, 0],
    [8, 10],
    [9, 33],
    [8, 31],
  ]);
  expect(tags[1]!.body.toString('hex')).toBe(`1700000000${Buffer.from(a.avcC).toString('hex')}`);
  expect(tags[2]!.body.toString('hex')).toBe('af001190');
  expect(tags[3]!.body.subarray(0, 5).toString('hex')).toBe('1701000000');
  expect(tags[5]!.body[0]).toBe(0x27);
  expect(tags[4]!.body.toString('hex')).toBe(`af0121${(5010 & 0xff).toString(16)}`);
  expect(mux.lastMs).toBe(33);
});

test('the bytes of a picture are handed on, not copied, and times of a long stream have 32 bits', () => {
  const a = sets(1);
  const late = picture(20_000_000, a);
  const { chunks, tags } = write([picture(0, a, true), late, picture(20_000_000, a)]);
  expect(chunks).toContain(late.data);
  expect(tags.at(-2)!.ms).toBe(20_000_000);
  expect(tags.at(-1)!.ms).toBe(20_000_001);
});

test('changed parameter sets: a new sequence header for a server, in front of key frames in a file', () => {
  const [a, b] = [sets(1), sets(2)];
  const units = [picture(0, a, true), picture(2000, b, true), picture(2033, b), picture(4000, a, true)];
  const live = write(units).tags.filter(({ type }) => type === 9);
  expect(live.map(({ body, ms }) => [body[1], ms])).toEqual([
    [0, 0],
    [1, 0],
    [0, 2000],
    [1, 2000],
    [1, 2033],
    [0, 4000],
    [1, 4000],
  ]);
  const file = write(units, 'in-band').tags.filter(({ type, body }) => type === 9 && body[1] === 1);
  const inFront = (tag: Tag, config: VideoConfig) => tag.body.indexOf(parameterSetsOf(config.avcC)) === 5;
  expect(file.map((tag) => [inFront(tag, a), inFront(tag, b)])).toEqual([
    [false, false],
    [false, true],
    [false, false],
    [true, false],
  ]);
  expect(Buffer.from(parameterSetsOf(a.avcC)).toString('hex')).toBe('000000056742001f01000000026801');
});
