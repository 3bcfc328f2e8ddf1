import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { ChunkReader, MESSAGE, type RtmpMessage, writeMessage } from './chunks.ts';
import { RtmpProtocolError } from './errors.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** Only the named error may come out of anything. */
function throwsOnlyNamed(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(RtmpProtocolError);
  }
}

describe('AMF0', () => {
  test.each<[string, AmfValue[]]>([
    ['00 3ff0000000000000', [1]],
    ['01 01 01 00', [true, false]],
    ['02 0003 616263', ['abc']],
    ['05 06', [null, undefined]],
    ['03 0001 61 02 0001 62 0000 09', [{ a: 'b' }]],
    ['08 00000001 0001 61 05 0000 09', [{ a: null }]],
    ['0a 00000002 05 05', [[null, null]]],
    ['0b 4024000000000000 0000', [10]],
    ['0c 00000003 616263', ['abc']],
  ])('%s', (bytes, values) => {
    expect(decodeAmf(hex(bytes))).toEqual(values);
  });

  test('an object, byte by byte', () => {
    expect(encodeAmf(['connect', 1, { app: 'live' }])).toEqual(
      hex('02 0007 636f6e6e656374 00 3ff0000000000000 03 0003 617070 02 0004 6c697665 0000 09'),
    );
  });

  test('text of more than 64 KB', () => {
    const long = 'x'.repeat(70_000);
    expect(decodeAmf(encodeAmf([long]))).toEqual([long]);
  });

  test.each([
    ['a number cut off', '00 3ff0'],
    ['an object without an end', '03 0001 61 05'],
    ['an unknown type', '0d'],
    ['a list that promises too much', '0a ffffffff 05'],
    ['nothing but depth', '0a 00000001'.repeat(20)],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeAmf(hex(bytes))).toThrow(RtmpProtocolError);
  });

  const value = fc.letrec<{ value: AmfValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.string(),
      fc.constant(null),
      fc.constant(undefined),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  test('what was written is read', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(decodeAmf(encodeAmf(values))).toEqual(values);
      }),
    );
  });

  test('garbage is refused by the named error, or read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        throwsOnlyNamed(() => decodeAmf(Buffer.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('chunks', () => {
  const MAX = 64 * 1024;
  const message = (type: number, payload: Buffer): RtmpMessage => ({ type, streamId: 0, payload });

  test('a whole message in one chunk', () => {
    // fmt 0, chunk stream 3, timestamp 0, 4 bytes, type 20, message stream 1 (little endian)
    const bytes = hex('03 000000 000004 14 01000000 61626364');
    expect(new ChunkReader(MAX).push(bytes)).toEqual([
      { type: 20, streamId: 1, payload: Buffer.from('abcd') },
    ]);
  });

  test('a message over two chunks, with another stream between them', () => {
    const first = hex(`03 000000 000082 14 00000000 ${'61'.repeat(128)}`);
    const other = hex('02 000000 000004 05 00000000 00010000');
    const rest = hex('c3 6262');
    const read = new ChunkReader(MAX).push(Buffer.concat([first, other, rest]));
    expect(read.map(({ type, payload }) => [type, payload.length])).toEqual([
      [5, 4],
      [20, 130],
    ]);
    expect(read[1]!.payload.subarray(126).toString()).toBe('aabb');
  });

  test('headers shortened to what changed (fmt 1, 2, 3)', () => {
    const bytes = hex(
      '04 000001 000002 14 01000000 6161  44 000005 000003 14 626262  84 000005 636363  c4 646464',
    );
    expect(new ChunkReader(MAX).push(bytes).map(({ payload }) => payload.toString())).toEqual([
      'aa',
      'bbb',
      'ccc',
      'ddd',
    ]);
  });

  test('chunk streams from 64 on, and extended timestamps', () => {
    const two = hex('00 05 000000 000001 14 00000000 61');
    const three = hex('01 0501 000000 000001 14 00000000 62');
    const extended = hex(`03 ffffff 000081 14 00000000 01000000 ${'63'.repeat(128)} c3 01000000 63`);
    const read = new ChunkReader(MAX).push(Buffer.concat([two, three, extended]));
    expect(read.map(({ payload }) => payload.length)).toEqual([1, 1, 129]);
    expect(read[2]!.payload.toString()).toBe('c'.repeat(129));
  });

  test('the peer may set its chunk size, and take back what it began', () => {
    const bytes = Buffer.concat([
      hex('03 000000 000090 14 00000000'),
      Buffer.alloc(128, 0x61),
      hex('02 000000 000004 02 00000000 00000003'),
      hex('02 000000 000004 01 00000000 00001000'),
      hex('03 000000 0000c8 14 00000000'),
      Buffer.alloc(200, 0x62),
    ]);
    const read = new ChunkReader(MAX).push(bytes);
    expect(read.map(({ type }) => type)).toEqual([MESSAGE.abort, MESSAGE.setChunkSize, MESSAGE.commandAmf0]);
    expect(read[2]!.payload).toEqual(Buffer.alloc(200, 0x62));
  });

  test.each([
    ['a chunk of a stream that never began', 'c3 61'],
    ['a message of 16 MB', '03 000000 ffffff 14 00000000'],
    ['a chunk size of nothing', '02 000000 000004 01 00000000 00000000'],
    [
      'a message inside another',
      `03 000000 000090 14 00000000 ${'61'.repeat(128)} 03 000000 000001 14 00000000 61`,
    ],
  ])('%s is refused', (_, bytes) => {
    expect(() => new ChunkReader(MAX).push(hex(bytes))).toThrow(RtmpProtocolError);
  });

  test('messages arrive whole, however the bytes are cut', () => {
    const messages = fc.array(
      fc.record({
        type: fc.constantFrom(MESSAGE.commandAmf0, MESSAGE.windowAckSize, 8, 9),
        payload: fc.uint8Array({ maxLength: 700 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 200 }), (sent, cut) => {
        const expected = sent.map(({ type, payload }) => message(type, Buffer.from(payload)));
        const bytes = Buffer.concat(expected.map((each, i) => writeMessage(3 + (i % 3), each)));
        const reader = new ChunkReader(MAX);
        const read: RtmpMessage[] = [];
        for (let at = 0; at < bytes.length; at += cut)
          read.push(...reader.push(bytes.subarray(at, at + cut)));
        expect(read).toEqual(expected);
      }),
    );
  });

  test('garbage is refused by the named error, or read', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 4 }), (pieces) => {
        const reader = new ChunkReader(MAX);
        throwsOnlyNamed(() => {
          for (const piece of pieces) reader.push(Buffer.from(piece));
        });
      }),
      { numRuns: 2000 },
    );
  });
});
