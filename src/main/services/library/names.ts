import { basename } from 'node:path';

const MAX_LENGTH = 200;

/** What a person typed as a name: nothing invisible in it, at most 200 characters; `fallback` if nothing is left. */
export function cleanName(name: string, fallback: string): string {
  const clean = name
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a name
    .replaceAll(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim()
    .slice(0, MAX_LENGTH);
  return clean.toWellFormed() || fallback;
}

/** A name for people out of the name of a file: no folders and none of these endings. */
export function nameOfFile(file: string, endings: readonly string[], fallback: string): string {
  const name = basename(file.replaceAll('\\', '/'));
  return cleanName(name.replace(new RegExp(`\\.(?:${endings.join('|')})$`, 'i'), ''), fallback);
}
