/** Kinds of 3D files that are no VRM or GLB, and that the rigging studio turns into one. */
export type ForeignFormat = 'obj' | 'fbx' | 'blend' | 'gltf' | 'pmx' | 'dae' | 'stl' | 'ply' | 'usd';

/** What of a file's beginning is looked at. */
export const FORMAT_BYTES = 4096;

const starts = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length && [...text].every((char, i) => bytes[i] === char.charCodeAt(0));

/**
 * Tells which other 3D format a file is by its first bytes, and where these are plain text, by what its lines say; the
 * name of the file is not asked. Pure. @returns null: none that is known
 */
export function foreignFormat(head: Uint8Array): ForeignFormat | null {
  if (starts(head, 'Kaydara FBX Binary')) return 'fbx';
  if (starts(head, 'BLENDER')) return 'blend';
  if (starts(head, 'PMX ') || starts(head, 'Pmd')) return 'pmx';
  if (starts(head, 'PXR-USDC') || starts(head, '#usda')) return 'usd';
  if (starts(head, 'ply\n') || starts(head, 'ply\r')) return 'ply';
  const text = new TextDecoder('utf-8').decode(head.subarray(0, FORMAT_BYTES));
  if (/^\s*\{/.test(text) && /"(asset|scenes?|nodes|meshes|buffers|accessors)"\s*:/.test(text)) return 'gltf';
  if (/<COLLADA\b/.test(text)) return 'dae';
  if (/^; FBX \d/.test(text)) return 'fbx';
  if (/^solid\b[^\n]*\n\s*facet\b/.test(text)) return 'stl';
  if (/^(v[nt]?( +-?[\d.]+(e[-+]?\d+)?){2,}|mtllib .+)\s*$/m.test(text)) return 'obj';
  return null;
}
