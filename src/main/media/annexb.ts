const START_CODE = Buffer.from([0, 0, 1]);
const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_AUD = 9;
/** Profiles whose configuration record carries the chroma format and the bit depths (ISO 14496-15, 5.3.3.1.2). */
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 144]);

/** One H.264 access unit, split. The arrays hold views on the packet. */
export interface AccessUnit {
  readonly nals: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  readonly idr: boolean;
}

/**
 * Splits an Annex B byte stream at its start codes (three or four bytes), without copying.
 * Bytes before the first start code are no NAL unit and are left out.
 */
export function splitNalUnits(data: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  // Native search: pictures are large, and every byte of every one is looked at.
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let code = bytes.indexOf(START_CODE);
  while (code >= 0) {
    const start = code + START_CODE.length;
    code = bytes.indexOf(START_CODE, start);
    let end = code < 0 ? data.length : code;
    // Zeros in front of a start code, and at the end, belong to no unit.
    while (end > start && data[end - 1] === 0) end--;
    if (end > start) units.push(data.subarray(start, end));
  }
  return units;
}

/** Reads what kind of picture an Annex B access unit holds. */
export function readAccessUnit(data: Uint8Array): AccessUnit {
  const nals = splitNalUnits(data);
  const sps: Uint8Array[] = [];
  const pps: Uint8Array[] = [];
  let idr = false;
  for (const nal of nals) {
    const type = nal[0]! & 0x1f;
    if (type === NAL_IDR) idr = true;
    else if (type === NAL_SPS && nal.length >= 4) sps.push(nal);
    else if (type === NAL_PPS) pps.push(nal);
  }
  return { nals, sps, pps, idr };
}

/** True when a decoder that has seen nothing can begin with this access unit. */
export function isStartPoint(unit: AccessUnit): boolean {
  return unit.idr && unit.sps.length > 0 && unit.pps.length > 0;
}

/**
 * AVCDecoderConfigurationRecord of ISO 14496-15, 5.3.3.1.2, with 4-byte NAL lengths.
 * @param sps at least one, @param pps at least one; both without start codes.
 */
export function buildAvcC(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array {
  const first = sps[0]!;
  const high = HIGH_PROFILES.has(first[1]!);
  let size = 7 + (high ? 4 : 0);
  for (const nal of sps) size += 2 + nal.length;
  for (const nal of pps) size += 2 + nal.length;
  const out = new Uint8Array(size);
  out.set([1, first[1]!, first[2]!, first[3]!, 0xff, 0xe0 | sps.length]);
  let at = writeSets(out, 6, sps);
  out[at++] = pps.length;
  at = writeSets(out, at, pps);
  if (high) {
    const { chroma, lumaDepth, chromaDepth } = readHighFields(first);
    out.set([0xfc | chroma, 0xf8 | lumaDepth, 0xf8 | chromaDepth, 0], at);
  }
  return out;
}

function writeSets(out: Uint8Array, at: number, sets: readonly Uint8Array[]): number {
  let position = at;
  for (const nal of sets) {
    out[position] = nal.length >> 8;
    out[position + 1] = nal.length & 0xff;
    out.set(nal, position + 2);
    position += 2 + nal.length;
  }
  return position;
}

/** chroma_format_idc and the bit depths minus 8 of a high-profile SPS (ITU-T H.264, 7.3.2.1.1). */
function readHighFields(sps: Uint8Array): { chroma: number; lumaDepth: number; chromaDepth: number } {
  const bits = new ExpGolomb(withoutEmulationPrevention(sps.subarray(4)));
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.bit();
  return { chroma, lumaDepth: bits.ue(), chromaDepth: bits.ue() };
}

function withoutEmulationPrevention(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  let length = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 3 && i >= 2 && data[i - 1] === 0 && data[i - 2] === 0) continue;
    out[length++] = data[i]!;
  }
  return out.subarray(0, length);
}

class ExpGolomb {
  readonly #data: Uint8Array;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  bit(): number {
    const byte = this.#data[this.#position >> 3] ?? 0x80;
    const bit = (byte >> (7 - (this.#position & 7))) & 1;
    this.#position++;
    return bit;
  }

  ue(): number {
    let zeros = 0;
    while (zeros < 31 && this.bit() === 0) zeros++;
    let value = 1;
    for (let i = 0; i < zeros; i++) value = value * 2 + this.bit();
    return value - 1;
  }
}

/**
 * WebCodecs codec string of an SPS, for example `avc1.42001F`; or of an AVCDecoderConfigurationRecord, where the
 * same three bytes are at the same place.
 */
export function codecString(sps: Uint8Array): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0').toUpperCase();
  return `avc1.${hex(sps[1]!)}${hex(sps[2]!)}${hex(sps[3]!)}`;
}

/**
 * The access unit with 4-byte big-endian lengths in place of start codes. Delimiters are left out, and so are
 * parameter sets that `avcC` already holds: some services take repeated ones for a change of format.
 */
export function toLengthPrefixed(unit: AccessUnit, avcC: Uint8Array): Uint8Array {
  const kept = unit.nals.filter((nal) => {
    const type = nal[0]! & 0x1f;
    if (type === NAL_AUD) return false;
    return (type !== NAL_SPS && type !== NAL_PPS) || Buffer.from(avcC).indexOf(nal) < 0;
  });
  let size = 0;
  for (const nal of kept) size += 4 + nal.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const nal of kept) {
    view.setUint32(at, nal.length);
    out.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return out;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
