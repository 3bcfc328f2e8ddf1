import { RtmpProtocolError } from './errors.ts';

/** What an RTMP command can hold; dates come as milliseconds. */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | readonly AmfValue[]
  | { readonly [name: string]: AmfValue };

/** Type markers (Adobe, Action Message Format AMF 0, section 2.1). */
const MARKER = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
} as const;

const MAX_DEPTH = 8;

/** The values one after the other, as a command carries them. */
export function encodeAmf(values: readonly AmfValue[]): Buffer {
  const parts: Buffer[] = [];
  for (const value of values) write(parts, value);
  return Buffer.concat(parts);
}

function write(parts: Buffer[], value: AmfValue): void {
  if (value === null) parts.push(Buffer.of(MARKER.null));
  else if (value === undefined) parts.push(Buffer.of(MARKER.undefined));
  else if (typeof value === 'boolean') parts.push(Buffer.of(MARKER.boolean, value ? 1 : 0));
  else if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = MARKER.number;
    bytes.writeDoubleBE(value, 1);
    parts.push(bytes);
  } else if (typeof value === 'string') writeString(parts, value);
  else if (isList(value)) {
    const head = Buffer.alloc(5);
    head[0] = MARKER.strictArray;
    head.writeUInt32BE(value.length, 1);
    parts.push(head);
    for (const each of value) write(parts, each);
  } else {
    parts.push(Buffer.of(MARKER.object));
    for (const [name, each] of Object.entries(value)) {
      parts.push(shortText(name));
      write(parts, each);
    }
    parts.push(Buffer.of(0, 0, MARKER.objectEnd));
  }
}

function isList(value: AmfValue): value is readonly AmfValue[] {
  return Array.isArray(value);
}

function writeString(parts: Buffer[], value: string): void {
  const text = Buffer.from(value);
  if (text.length <= 0xffff) {
    parts.push(Buffer.of(MARKER.string), shortText(value));
    return;
  }
  const head = Buffer.alloc(5);
  head[0] = MARKER.longString;
  head.writeUInt32BE(text.length, 1);
  parts.push(head, text);
}

function shortText(value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
}

/** All values of a message. @throws RtmpProtocolError what it holds is not complete, too deep or of no known type */
export function decodeAmf(bytes: Buffer): AmfValue[] {
  const reader = new Reader(bytes);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.value(0));
  return values;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw new RtmpProtocolError('an AMF value is nested too deep');
    const marker = this.#take(1)[0]!;
    switch (marker) {
      case MARKER.number:
        return this.#take(8).readDoubleBE();
      case MARKER.boolean:
        return this.#take(1)[0] !== 0;
      case MARKER.string:
        return this.#text();
      case MARKER.longString:
        return this.#take(this.#take(4).readUInt32BE()).toString();
      case MARKER.object:
        return this.#members(depth);
      case MARKER.ecmaArray:
        // Its length is a hint only: the end is marked as that of an object is.
        this.#take(4);
        return this.#members(depth);
      case MARKER.strictArray:
        return this.#list(depth);
      case MARKER.date: {
        const date = this.#take(10);
        return date.readDoubleBE();
      }
      case MARKER.null:
        return null;
      case MARKER.undefined:
        return undefined;
      default:
        throw new RtmpProtocolError(`AMF type ${marker} is not known`);
    }
  }

  #list(depth: number): AmfValue[] {
    const length = this.#take(4).readUInt32BE();
    const list: AmfValue[] = [];
    // Every value takes at least one byte, so a false length ends with the bytes.
    for (let i = 0; i < length; i++) list.push(this.value(depth + 1));
    return list;
  }

  #members(depth: number): { [name: string]: AmfValue } {
    const members = new Map<string, AmfValue>();
    for (;;) {
      const name = this.#text();
      if (name === '' && this.#bytes[this.#at] === MARKER.objectEnd) {
        this.#at++;
        return Object.fromEntries(members);
      }
      members.set(name, this.value(depth + 1));
    }
  }

  #text(): string {
    return this.#take(this.#take(2).readUInt16BE()).toString();
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RtmpProtocolError('an AMF value is cut off');
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
