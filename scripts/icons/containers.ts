import { PNG_SIGNATURE } from '../presets/model/png.ts';

/** A square picture inside a container, as a PNG. */
export interface Entry {
  readonly size: number;
  readonly png: Buffer;
}

/** Width and height out of a PNG's header. */
export const pngSize = (png: Buffer): { width: number; height: number } => {
  if (!png.subarray(0, 8).equals(PNG_SIGNATURE)) throw new Error('not a PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
};

/** A Windows icon whose pictures are PNGs (Vista and later). */
export const encodeIco = (entries: readonly Entry[]): Buffer => {
  const head = Buffer.alloc(6 + entries.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(entries.length, 4);
  let at = head.length;
  entries.forEach(({ size, png }, i) => {
    const o = 6 + i * 16;
    // 0 stands for 256.
    head[o] = size & 255;
    head[o + 1] = size & 255;
    head.writeUInt16LE(1, o + 4);
    head.writeUInt16LE(32, o + 6);
    head.writeUInt32LE(png.length, o + 8);
    head.writeUInt32LE(at, o + 12);
    at += png.length;
  });
  return Buffer.concat([head, ...entries.map((e) => e.png)]);
};

/** @throws Error when the bytes are no icon or a picture does not lie where the directory says */
export const decodeIco = (bytes: Buffer): Entry[] => {
  if (bytes.readUInt16LE(0) !== 0 || bytes.readUInt16LE(2) !== 1) throw new Error('not an ICO');
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, i) => {
    const o = 6 + i * 16;
    const from = bytes.readUInt32LE(o + 12);
    const png = bytes.subarray(from, from + bytes.readUInt32LE(o + 8));
    const { width } = pngSize(png);
    if (width !== (bytes[o] || 256)) throw new Error(`picture ${i} is ${width} wide, not ${bytes[o]}`);
    return { size: width, png };
  });
};

/** Apple's types of PNG pictures and their side in pixels; the second of a pair is for double density. */
export const ICNS_TYPES = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
] as const satisfies readonly (readonly [string, number])[];

/** A macOS icon; `pngOf` gives the picture of each side. */
export const encodeIcns = (pngOf: (size: number) => Buffer): Buffer => {
  const parts = ICNS_TYPES.map(([type, size]) => {
    const png = pngOf(size);
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32BE(8 + png.length, 4);
    return Buffer.concat([head, png]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, p) => sum + p.length, 0), 4);
  return Buffer.concat([head, ...parts]);
};

/** @throws Error when lengths do not add up */
export const decodeIcns = (bytes: Buffer): { type: string; png: Buffer }[] => {
  if (bytes.toString('latin1', 0, 4) !== 'icns' || bytes.readUInt32BE(4) !== bytes.length) {
    throw new Error('not an ICNS of its own length');
  }
  const out: { type: string; png: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    if (length < 8 || at + length > bytes.length) throw new Error(`a part of ${length} bytes at ${at}`);
    out.push({ type: bytes.toString('latin1', at, at + 4), png: bytes.subarray(at + 8, at + length) });
    at += length;
  }
  return out;
};
