import { foreignFormat } from './format.ts';
import type { AvatarLimits } from './limits.ts';
import { refuse } from './read.ts';

const MAGIC = 0x46546c67; // glTF
const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;

export interface GlbParts {
  readonly json: Uint8Array;
  /** Null when the file has no binary chunk. */
  readonly bin: Uint8Array | null;
}

/**
 * Whether a file may be a GLB by its first bytes; of other formats, by as many as there are.
 * @throws ReasonError `avatar.not-a-model`, `avatar.unsupported-format`, `avatar.truncated`
 */
export function checkGlbHeader(head: Uint8Array): void {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < 4 || view.getUint32(0, true) !== MAGIC) {
    const format = foreignFormat(head);
    if (format) refuse('avatar.unsupported-format', format);
    refuse('avatar.not-a-model', 'no glTF magic');
  }
  if (view.byteLength < 12) refuse('avatar.truncated', `${view.byteLength} bytes`);
  const version = view.getUint32(4, true);
  if (version !== 2) refuse('avatar.not-a-model', `GLB version ${version}`);
}

/**
 * Splits a GLB into its chunks (glTF 2.0, 4.4), as views of the same memory.
 * @throws ReasonError `avatar.not-a-model`, `avatar.unsupported-format`, `avatar.truncated`, `avatar.bad-structure`,
 *   `avatar.too-big`
 */
export function splitGlb(bytes: Uint8Array, limits: AvatarLimits): GlbParts {
  checkGlbHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = view.getUint32(8, true);
  if (total > bytes.length) refuse('avatar.truncated', `${bytes.length} of ${total} bytes`);
  let json: Uint8Array | null = null;
  let bin: Uint8Array | null = null;
  let at = 12;
  while (at + 8 <= total) {
    const length = view.getUint32(at, true);
    const type = view.getUint32(at + 4, true);
    if (length > total - at - 8)
      refuse('avatar.bad-structure', `a chunk of ${length} bytes overflows the file`);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (json === null) {
      if (type !== JSON_CHUNK) refuse('avatar.bad-structure', 'the first chunk is no JSON');
      json = chunk;
    } else if (type === BIN_CHUNK && bin === null) {
      bin = chunk;
    } else if (type === JSON_CHUNK || type === BIN_CHUNK) {
      refuse('avatar.bad-structure', 'a chunk comes twice');
    }
    at += 8 + length;
  }
  if (json === null) return refuse('avatar.bad-structure', 'no JSON chunk');
  if (json.length > limits.jsonBytes) refuse('avatar.too-big', `${json.length} bytes of JSON`);
  return { json, bin };
}
