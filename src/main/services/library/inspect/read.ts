import { type Reason, ReasonError } from '../../../../shared/errors.ts';

/** An object of the untrusted JSON. Its keys are read one by one and never copied into anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Ends the check of a file. @throws ReasonError always */
export function refuse(reason: Reason, detail: string): never {
  throw new ReasonError(reason, detail.slice(0, 200));
}

const broken = (detail: string): never => refuse('avatar.bad-structure', detail);

/** A property the file itself holds; what an object inherits is not seen. */
export function get(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, where: string): JsonObject {
  return isObject(value) ? value : broken(`${where} is no object`);
}

/** The object under `key`, or an empty one where there is none. */
export function objectAt(parent: JsonObject, key: string, where: string): JsonObject {
  const value = get(parent, key);
  return value === undefined ? {} : asObject(value, `${where}.${key}`);
}

/** The array under `key`, or an empty one where there is none; longer than `max` it is `avatar.too-complex`. */
export function listAt(parent: JsonObject, key: string, where: string, max: number): readonly unknown[] {
  const value = get(parent, key);
  if (value === undefined) return [];
  if (!Array.isArray(value)) return broken(`${where}${key} is no array`);
  if (value.length > max) refuse('avatar.too-complex', `${value.length} ${key}, at most ${max} are allowed`);
  return value;
}

export function objectsAt(
  parent: JsonObject,
  key: string,
  where: string,
  max: number,
): readonly JsonObject[] {
  return listAt(parent, key, where, max).map((value, index) => asObject(value, `${where}${key}[${index}]`));
}

/** A whole number from 0 up. */
export function asCount(value: unknown, where: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : broken(`${where} is no count`);
}

export function countAt(parent: JsonObject, key: string, where: string, fallback: number): number {
  const value = get(parent, key);
  return value === undefined ? fallback : asCount(value, `${where}.${key}`);
}

/** A whole number from 0 to below `length`. */
export function asIndex(value: unknown, length: number, where: string): number {
  const index = asCount(value, where);
  return index < length ? index : broken(`${where} points at ${index} of ${length}`);
}

/** The index under `key`, or null where there is none. */
export function indexAt(parent: JsonObject, key: string, length: number, where: string): number | null {
  const value = get(parent, key);
  return value === undefined ? null : asIndex(value, length, `${where}.${key}`);
}

/** Checks that what is under `key`, if anything, is an array of `length` numbers. */
export function checkNumbers(parent: JsonObject, key: string, length: number, where: string): void {
  const value = get(parent, key);
  if (value === undefined) return;
  const good = Array.isArray(value) && value.length === length && value.every((n) => typeof n === 'number');
  if (!good) broken(`${where}.${key} is no array of ${length} numbers`);
}

/** Text of the file, short enough to be shown; null where there is none. */
export function textAt(parent: JsonObject, key: string, max = 200): string | null {
  const value = get(parent, key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, max) : null;
}
