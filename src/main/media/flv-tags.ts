import { AUDIO_KBPS } from '../../shared/domain/encoding.ts';
import type { VideoConfig } from './units.ts';

export const TAG_AUDIO = 8;
export const TAG_VIDEO = 9;
const TAG_SCRIPT = 18;
export const TAG_HEADER_BYTES = 11;
/** The size of the tag, once more, behind it. */
export const TAG_TRAILER_BYTES = 4;

const CODEC_AVC = 7;
const CODEC_AAC = 10;
/** AAC; rate, size and channels have fixed values for it. */
export const AUDIO_FORMAT = 0xaf;
const KEY_AVC = 0x17;
const SEQUENCE_HEADER = 0;

/** Signature, version 1, sound and picture, header size 9, no tag before. */
export const FLV_HEADER = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);

/** @param ms of the connection; its upper eight bits have a place of their own. */
export function writeTagHeader(out: Buffer, type: number, bodyBytes: number, ms: number): void {
  out[0] = type;
  out.writeUIntBE(bodyBytes, 1, 3);
  out.writeUIntBE(ms & 0xffffff, 4, 3);
  out[7] = (ms >>> 24) & 0xff;
  out.writeUIntBE(0, 8, 3);
}

/** AVC sequence header. @param avcC AVCDecoderConfigurationRecord */
export function videoConfigTag(avcC: Uint8Array, ms: number): Buffer {
  return tag(TAG_VIDEO, Buffer.concat([Buffer.from([KEY_AVC, SEQUENCE_HEADER, 0, 0, 0]), avcC]), ms);
}

/** AAC sequence header. @param config AudioSpecificConfig */
export function audioConfigTag(config: Uint8Array, ms: number): Buffer {
  return tag(TAG_AUDIO, Buffer.concat([Buffer.from([AUDIO_FORMAT, SEQUENCE_HEADER]), config]), ms);
}

/** onMetaData with both tracks. */
export function metadataTag(
  { width, height }: Pick<VideoConfig, 'width' | 'height'>,
  sampleRate: number,
  { fps, bitrateKbps }: { readonly fps?: number; readonly bitrateKbps?: number },
): Buffer {
  const values: [string, number | boolean][] = [
    ['width', width],
    ['height', height],
    ['videocodecid', CODEC_AVC],
    ...(fps === undefined ? [] : ([['framerate', fps]] as [string, number][])),
    ...(bitrateKbps === undefined ? [] : ([['videodatarate', bitrateKbps]] as [string, number][])),
    ['audiocodecid', CODEC_AAC],
    ['audiodatarate', AUDIO_KBPS],
    ['audiosamplerate', sampleRate],
    ['audiosamplesize', 16],
    ['stereo', true],
  ];
  const count = Buffer.alloc(5);
  count[0] = 8; // ECMA array
  count.writeUInt32BE(values.length, 1);
  const body = [Buffer.from([2]), amfName('onMetaData'), count];
  for (const [name, value] of values) body.push(amfName(name), amfValue(value));
  body.push(Buffer.from([0, 0, 9]));
  return tag(TAG_SCRIPT, Buffer.concat(body), 0);
}

function tag(type: number, body: Uint8Array, ms: number): Buffer {
  const out = Buffer.alloc(TAG_HEADER_BYTES + body.length + TAG_TRAILER_BYTES);
  writeTagHeader(out, type, body.length, ms);
  out.set(body, TAG_HEADER_BYTES);
  out.writeUInt32BE(TAG_HEADER_BYTES + body.length, TAG_HEADER_BYTES + body.length);
  return out;
}

function amfName(name: string): Buffer {
  const out = Buffer.alloc(2 + name.length);
  out.writeUInt16BE(name.length, 0);
  out.write(name, 2, 'latin1');
  return out;
}

function amfValue(value: number | boolean): Buffer {
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0]);
  const out = Buffer.alloc(9);
  out.writeDoubleBE(value, 1);
  return out;
}
