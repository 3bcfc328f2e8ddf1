/** A larger datagram than any program sends for one picture. */
export const MAX_PACKET_BYTES = 32_768;
/** More messages than 55 bones, 52 channels and as many expressions. */
const MAX_MESSAGES = 512;
const MAX_DEPTH = 2;

/** `#bundle` and its zero, a time tag. */
const BUNDLE = Uint8Array.of(0x23, 0x62, 0x75, 0x6e, 0x64, 0x6c, 0x65, 0);
const BUNDLE_HEAD = 16;
/** `/VMC/Ext/`: nothing else is read. */
const OURS = new TextEncoder().encode('/VMC/Ext/');
const MAX_TEXT = 120;
const MAX_TEXT_BYTES = MAX_TEXT * 4;
/** A root has fourteen numbers behind its name. */
const MAX_ARGUMENTS = 32;
const COMMA = 0x2c;
const TYPE_STRING = 0x73;
const TYPE_FLOAT = 0x66;
const TYPE_INTEGER = 0x69;
const TYPE_DOUBLE = 0x64;

/** Bytes that are no UTF-8 become replacement characters, as in a name that nothing has. */
const decoder = new TextDecoder();
/** An address, a name, fourteen numbers: longer ones are not parsed at all. */
const MAX_MESSAGE_BYTES = 512;

export type VmcArgument = string | number;
/** @param args strings of at most 120 characters and finite numbers */
export type VisitMessage = (address: string, args: readonly VmcArgument[]) => void;

function startsWith(bytes: Uint8Array, at: number, what: Uint8Array, end: number): boolean {
  if (at + what.length > end) return false;
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/**
 * Reads a datagram from anybody: `visit` is called for every message of VMC in it, in order. What a packet says
 * before the place where it is broken counts.
 * @param allowance messages that may be read yet; those that are not VMC's cost nothing
 * @returns how many messages were read; −1 when the packet is broken, too large, or says more than is allowed
 */
export function readPacket(bytes: Uint8Array, allowance: number, visit: VisitMessage): number {
  if (bytes.length > MAX_PACKET_BYTES || bytes.length < 8) return -1;
  const state = { left: Math.min(allowance, MAX_MESSAGES), elements: MAX_MESSAGES * 2 };
  const before = state.left;
  return readElement(bytes, 0, bytes.length, 0, state, visit) ? before - state.left : -1;
}

interface Budget {
  left: number;
  elements: number;
}

function readElement(
  bytes: Uint8Array,
  from: number,
  end: number,
  depth: number,
  budget: Budget,
  visit: VisitMessage,
): boolean {
  if (--budget.elements < 0) return false;
  if (!startsWith(bytes, from, BUNDLE, end)) {
    if (!startsWith(bytes, from, OURS, end)) return true;
    if (end - from > MAX_MESSAGE_BYTES) return false;
    if (--budget.left < 0) {
      budget.left = 0;
      return false;
    }
    return readMessage(bytes, from, end, visit);
  }
  if (depth >= MAX_DEPTH || from + BUNDLE_HEAD > end) return false;
  let at = from + BUNDLE_HEAD;
  while (at < end) {
    if (at + 4 > end) return false;
    const size = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    at += 4;
    if (size < 8 || size > end - at) return false;
    if (!readElement(bytes, at, at + size, depth + 1, budget, visit)) return false;
    at += size;
  }
  return true;
}

/** Where a string that begins at `from` ends: its first zero; −1 when there is none before `end`. */
function endOfText(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === 0) return at;
  return -1;
}

/** A string is followed by one to four zeros, so that the next thing begins at a multiple of four. */
const afterText = (from: number, zero: number): number => zero + 4 - ((zero - from) % 4);

/**
 * Reads one OSC message of strings and numbers. Not by the library that writes them: it makes a decoder and several
 * views per string, 45 µs a message, and an avatar sends thousands of them a second.
 * Source: https://opensoundcontrol.stanford.edu/spec-1_0.html
 */
function readMessage(bytes: Uint8Array, from: number, end: number, visit: VisitMessage): boolean {
  const addressEnd = endOfText(bytes, from, end);
  if (addressEnd < 0) return false;
  const types = afterText(from, addressEnd);
  if (types >= end || bytes[types] !== COMMA) return false;
  const typesEnd = endOfText(bytes, types, end);
  if (typesEnd < 0 || typesEnd - types - 1 > MAX_ARGUMENTS) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const args: VmcArgument[] = [];
  let at = afterText(types, typesEnd);
  for (let type = types + 1; type < typesEnd; type++) {
    if (bytes[type] === TYPE_STRING) {
      const zero = endOfText(bytes, at, end);
      if (zero < 0 || zero - at > MAX_TEXT_BYTES) return false;
      const text = decoder.decode(bytes.subarray(at, zero));
      if (text.length > MAX_TEXT) return false;
      args.push(text);
      at = afterText(at, zero);
      continue;
    }
    const size = bytes[type] === TYPE_DOUBLE ? 8 : 4;
    if (at + size > end) return false;
    const value = readNumber(view, at, bytes[type]!);
    if (!Number.isFinite(value)) return false;
    args.push(value);
    at += size;
  }
  if (at > end) return false;
  visit(decoder.decode(bytes.subarray(from, addressEnd)), args);
  return true;
}

/** Not a number where the type is none of a number's. */
function readNumber(view: DataView, at: number, type: number): number {
  switch (type) {
    case TYPE_FLOAT:
      return view.getFloat32(at);
    case TYPE_INTEGER:
      return view.getInt32(at);
    case TYPE_DOUBLE:
      return view.getFloat64(at);
    default:
      return Number.NaN;
  }
}
