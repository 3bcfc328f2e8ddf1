import texts from './locale/en/desktop.json' with { type: 'json' };

type Stored = keyof typeof texts;
/** Keys of `locale/en/desktop.json`; one with `_one` and `_other` is asked for without them, and with a `count`. */
export type DesktopTextKey = Stored extends infer Key
  ? Key extends `${infer Base}_one` | `${infer Base}_other`
    ? Base
    : Key
  : never;

const PLURALS = new Intl.PluralRules('en');

/** A text of tray, menus and questions, its `{{name}}` filled in; what a value holds is never filled in again. */
export function desktopText(
  key: DesktopTextKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const { count } = values;
  const all: Readonly<Record<string, string>> = texts;
  const plural = typeof count === 'number' ? all[`${key}_${PLURALS.select(count)}`] : undefined;
  const text = plural ?? all[key] ?? key;
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}
