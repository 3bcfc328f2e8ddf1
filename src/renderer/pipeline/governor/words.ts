import type { GovernorLever } from '../../../shared/domain/governor.ts';
import texts from '../../../shared/locale/en/governor.json' with { type: 'json' };
import type { Cause } from './load.ts';

/** What the governor did. `all`: it has come to an end of what it can do. */
export type Move =
  | { readonly lever: GovernorLever; readonly step: number; readonly down: boolean }
  | { readonly lever: 'all'; readonly down: boolean };

const TEXTS: Readonly<Record<string, string>> = texts;
const LONGEST = 200;

function textOf(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return (TEXTS[key] ?? key).replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

/** `lever:step`, as it stands in the report. */
export function stepName(move: Move): string {
  return move.lever === 'all' ? `all:${move.down ? 'down' : 'up'}` : `${move.lever}:${move.step}`;
}

/** What was done and why, in one sentence for the user. */
export function stepWords(move: Move, cause: Cause): string {
  const { kind, ...values } = cause;
  const key =
    move.lever === 'all'
      ? `all.${move.down ? 'down' : 'up'}`
      : move.down
        ? `down.${move.lever}.${move.step}`
        : `up.${move.lever}`;
  return `${textOf(key)}: ${textOf(`cause.${kind}`, values)}.`.slice(0, LONGEST);
}
