/** A value of a form body as Stripe reads it. */
export type FormValue = string | FormObject;
export interface FormObject {
  readonly [name: string]: FormValue;
}
type Writable = { [name: string]: string | Writable };

const DEPTH = 8;

/** `a[b][0][c]=v` as nested objects; indexes are names. @returns null for a body that contradicts itself */
export function parseForm(text: string): FormObject | null {
  const root: Writable = Object.create(null) as Writable;
  for (const [key, value] of new URLSearchParams(text)) {
    const head = /^[^[\]]+/.exec(key)?.[0];
    const rest = head === undefined ? '' : key.slice(head.length);
    if (head === undefined || !/^(\[[^[\]]*\])*$/.test(rest)) return null;
    const names = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!)];
    if (names.length > DEPTH) return null;
    let at = root;
    for (const name of names.slice(0, -1)) {
      const next = at[name] ?? (Object.create(null) as Writable);
      if (typeof next === 'string') return null;
      at[name] = next;
      at = next;
    }
    at[names.at(-1)!] = value;
  }
  return root;
}

/** A text below nested names, or null. */
export function textAt(form: FormObject, ...names: readonly string[]): string | null {
  let at: FormValue | undefined = form;
  for (const name of names) {
    if (typeof at !== 'object') return null;
    at = at[name];
  }
  return typeof at === 'string' ? at : null;
}

/** Texts by name below nested names; for metadata. */
export function textsAt(form: FormObject, ...names: readonly string[]): Record<string, string> {
  let at: FormValue | undefined = form;
  for (const name of names) at = typeof at === 'object' ? at[name] : undefined;
  if (typeof at !== 'object') return {};
  return Object.fromEntries(
    Object.entries(at).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
