export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/ktx2'] as const;

export interface ImageHeader {
  readonly type: (typeof IMAGE_TYPES)[number];
  readonly width: number;
  readonly height: number;
}

const PNG_MAGIC = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KTX2_MAGIC = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Type and pixel size of an image by its content, without decoding it; null when it is no PNG, JPEG, WebP or KTX2
 * or its header is broken. Whatever a file claims about its type is not asked.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, PNG_MAGIC)) return sized('image/png', readPng(view));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return sized('image/jpeg', readJpeg(view));
  if (ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WEBP')
    return sized('image/webp', readWebp(bytes, view));
  if (startsWith(bytes, KTX2_MAGIC)) return sized('image/ktx2', readKtx2(view));
  return null;
}

type Size = readonly [width: number, height: number] | null;

function sized(type: ImageHeader['type'], size: Size): ImageHeader | null {
  return size && size[0] > 0 && size[1] > 0 ? { type, width: size[0], height: size[1] } : null;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, at: number): string {
  return at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '';
}

/** PNG 3rd edition, 11.2.1: IHDR comes first. */
function readPng(view: DataView): Size {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return null;
  return [view.getUint32(16), view.getUint32(20)];
}

/** ITU T.81, B.2.2: the first frame header (SOF) tells the size; segments before it are skipped by their length. */
function readJpeg(view: DataView): Size {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // Fill byte.
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // Markers without a length.
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    if (marker === 0xd9 || marker === 0xda) return null;
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    at += 2 + length;
  }
  return null;
}

/** RFC 9649, 2.5 to 2.7: lossy, lossless and extended files each tell the size in their first chunk. */
function readWebp(bytes: Uint8Array, view: DataView): Size {
  if (view.byteLength < 30) return null;
  switch (ascii(bytes, 12)) {
    case 'VP8X': {
      const u24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      return [u24(24) + 1, u24(27) + 1];
    }
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return null;
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8 ': {
      if (view.getUint8(23) !== 0x9d || view.getUint8(24) !== 0x01 || view.getUint8(25) !== 0x2a) return null;
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    }
    default:
      return null;
  }
}

/** KTX 2.0, 3: pixelWidth and pixelHeight; a height of 0 is a one-dimensional texture, which nothing here uses. */
function readKtx2(view: DataView): Size {
  return view.byteLength < 80 ? null : [view.getUint32(20, true), view.getUint32(24, true)];
}
