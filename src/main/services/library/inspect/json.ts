import type { AvatarLimits } from './limits.ts';
import { isObject, type JsonObject, refuse } from './read.ts';

/**
 * Parses the JSON chunk after its depth and size were bounded on the raw bytes, then looks at every value once:
 * no `__proto__` key, no number beyond a double, no endless text, no address outside the file.
 * @throws ReasonError `avatar.bad-structure`, `avatar.too-complex`, `avatar.external-resource`
 */
export function parseJsonChunk(bytes: Uint8Array, limits: AvatarLimits): JsonObject {
  const tokens = countTokens(bytes, limits.jsonDepth);
  if (tokens > limits.jsonTokens) refuse('avatar.too-complex', `JSON of ${tokens} values`);
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('avatar.bad-structure', 'the JSON cannot be read');
  }
  if (!isObject(root)) return refuse('avatar.bad-structure', 'the JSON is no object');
  walk(root, limits);
  return root;
}

/**
 * Counts the values of a JSON text by its commas, colons and opening brackets, without building any: bounds what a
 * parser is going to make of it. Bytes of UTF-8 sequences never look like the ones asked for here.
 * @throws ReasonError `avatar.bad-structure` when it is nested deeper than `maxDepth`
 */
export function countTokens(bytes: Uint8Array, maxDepth: number): number {
  let depth = 0;
  let tokens = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) {
      inText = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      tokens++;
      if (++depth > maxDepth) refuse('avatar.bad-structure', `JSON nested over ${maxDepth} deep`);
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    } else if (byte === 0x2c || byte === 0x3a) {
      tokens++;
    }
  }
  return tokens;
}

/** The depth is bounded by then, so recursion is safe. */
function walk(value: unknown, limits: AvatarLimits, key = '', inExtras = false): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse('avatar.bad-structure', `${key} is no finite number`);
  } else if (typeof value === 'string') {
    if (key === 'uri') {
      if (!inExtras && !/^data:/i.test(value)) refuse('avatar.external-resource', value);
    } else if (value.length > limits.stringChars) {
      refuse('avatar.bad-structure', `${key.slice(0, 40)} holds ${value.length} characters`);
    }
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, limits, key, inExtras);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      if (name === '__proto__') refuse('avatar.bad-structure', 'a key named __proto__');
      walk(value[name], limits, name, inExtras || name === 'extras');
    }
  }
}
