import { describe, expect, test } from 'vitest';
import { FlvReader } from './flv-reader.ts';

const HEADER = Buffer.from('464c5601010000000900000000', 'hex');
const AVCC = Buffer.from([1, 0x64, 0, 0x1f, 0xff, 0xe0, 0]);

function tag(type: number, body: Buffer): Buffer {
  const out = Buffer.alloc(11 + body.length + 4);
  out[0] = type;
  out.writeUIntBE(body.length, 1, 3);
  body.copy(out, 11);
  out.writeUInt32BE(11 + body.length, 11 + body.length);
  return out;
}

function picture(key: boolean, data: Buffer): Buffer {
  return tag(9, Buffer.concat([Buffer.from([key ? 0x17 : 0x27, 1, 0, 0, 0]), data]));
}

const DAMAGED = Buffer.concat([picture(true, Buffer.from([1])).subarray(0, 17), Buffer.alloc(4, 9)]);

function read(chunks: Iterable<Buffer>): string[] {
  const seen: string[] = [];
  const reader = new FlvReader({
    config: (avcC) => seen.push(`config ${Buffer.from(avcC).toString('hex')}`),
    picture: (key, data) => seen.push(`${key ? 'key' : 'delta'} ${Buffer.from(data).toString('hex')}`),
  });
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

const STREAM = Buffer.concat([
  HEADER,
  tag(18, Buffer.from('onMetaData')),
  tag(9, Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), AVCC])),
  picture(true, Buffer.from([1, 2, 3])),
  picture(false, Buffer.alloc(3000, 4)),
  tag(9, Buffer.from([0x17, 2, 0, 0, 0])),
]);
const SEEN = [`config ${AVCC.toString('hex')}`, 'key 010203', `delta ${'04'.repeat(3000)}`];

describe('FLV of an encoder', () => {
  test('in one piece', () => expect(read([STREAM])).toEqual(SEEN));

  test.each([1, 7, 100, 2048])('in pieces of %d bytes', (size) => {
    const chunks: Buffer[] = [];
    for (let at = 0; at < STREAM.length; at += size) chunks.push(STREAM.subarray(at, at + size));
    expect(read(chunks)).toEqual(SEEN);
  });

  test('a picture is told with its last byte', () => {
    expect(read([STREAM.subarray(0, STREAM.length - 20)])).toHaveLength(3);
  });

  test.each([
    ['no FLV', Buffer.alloc(64, 1)],
    ['another codec', Buffer.concat([HEADER, tag(9, Buffer.from([0x12, 1, 0, 0, 0, 9]))])],
    ['a tag that does not end where it says', Buffer.concat([HEADER, DAMAGED])],
    ['a picture of 16 MB', Buffer.concat([HEADER, Buffer.from([9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0])])],
  ])('refuses %s', (_, bytes) => {
    expect(() => read([bytes])).toThrow();
  });
});
