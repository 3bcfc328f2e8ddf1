import { splitNalUnits } from '../../src/main/media/annexb.ts';

const typeOf = (nal: Uint8Array): number => nal[0]! & 0x1f;

/** SPS and PPS of an Annex B access unit, as hex. */
export function parameterSets(data: Uint8Array): string[] {
  return splitNalUnits(data)
    .filter((nal) => typeOf(nal) === 7 || typeOf(nal) === 8)
    .map((nal) => Buffer.from(nal).toString('hex'));
}

/**
 * idr_pic_id of a key frame (ITU-T H.264, 7.3.3) of the baseline or main profile, progressive, with its SPS.
 * @throws Error when there is no IDR slice or no SPS
 */
export function idrPicId(data: Uint8Array): number {
  const nals = splitNalUnits(data);
  const sps = nals.find((nal) => typeOf(nal) === 7);
  const slice = nals.find((nal) => typeOf(nal) === 5);
  if (!sps || !slice) throw new Error('no SPS or no IDR slice');
  const ofSps = bits(sps.subarray(4));
  ofSps.ue();
  const frameNumBits = ofSps.ue() + 4;
  const ofSlice = bits(slice.subarray(1));
  for (let i = 0; i < 3; i++) ofSlice.ue();
  ofSlice.u(frameNumBits);
  return ofSlice.ue();
}

function bits(bytes: Uint8Array) {
  // Emulation prevention: the third byte of 00 00 03 is no content.
  const data = bytes.filter((byte, i) => !(byte === 3 && i >= 2 && bytes[i - 1] === 0 && bytes[i - 2] === 0));
  let at = 0;
  const u = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + ((data[at >> 3]! >> (7 - (at & 7))) & 1);
    return value;
  };
  const ue = (): number => {
    let zeros = 0;
    while (zeros < 31 && u(1) === 0) zeros++;
    return 2 ** zeros - 1 + u(zeros);
  };
  return { u, ue };
}
