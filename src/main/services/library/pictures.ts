import { ReasonError } from '../../../shared/errors.ts';
import { type ImageHeader, readImageHeader } from './inspect/images.ts';

export type PictureType = Exclude<ImageHeader['type'], 'image/ktx2'>;

/**
 * The type of a picture by its content.
 * @param limits bytes of the file, pixels of its longer side
 * @throws ReasonError `image.not-an-image` (also one that was cut short), `image.too-big`
 */
export function checkPicture(bytes: Uint8Array, limits: { bytes: number; side: number }): PictureType {
  if (bytes.byteLength > limits.bytes) throw new ReasonError('image.too-big', `${bytes.byteLength} bytes`);
  const header = readImageHeader(bytes);
  if (!header || header.type === 'image/ktx2') throw new ReasonError('image.not-an-image');
  if (Math.max(header.width, header.height) > limits.side) {
    throw new ReasonError('image.too-big', `${header.width}×${header.height} pixels`);
  }
  if (!isWhole(bytes, header.type)) throw new ReasonError('image.not-an-image', 'the file ends too early');
  return header.type;
}

/** Whether the file goes on to where its own lengths say; a JPEG does not tell, browsers show what there is. */
function isWhole(bytes: Uint8Array, type: PictureType): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'image/png':
      return endsInOrder(view);
    case 'image/webp':
      // RFC 9649, 2.4: the size counts what follows it.
      return view.getUint32(4, true) + 8 <= bytes.byteLength;
    case 'image/jpeg':
      return true;
  }
}

/** PNG 3rd edition, 5.3: chunks of length, type, data and CRC, the last of which is IEND. */
function endsInOrder(view: DataView): boolean {
  const IDAT = 0x49444154;
  const IEND = 0x49454e44;
  let hasPixels = false;
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4);
    if (type === IEND) return hasPixels;
    hasPixels ||= type === IDAT;
  }
  return false;
}
