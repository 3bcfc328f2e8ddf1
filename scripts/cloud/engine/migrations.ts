import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SUPABASE = fileURLToPath(new URL('../../../supabase/', import.meta.url));

/** What makes an empty database the project's: name and SQL, in order. */
export interface Step {
  readonly name: string;
  readonly sql: string;
}

/** Roles and schemas that a Supabase project has; never a migration. */
export function shim(): Step {
  return { name: 'shim.sql', sql: readFileSync(join(HERE, 'shim.sql'), 'utf8') };
}

export function migrations(): Step[] {
  const folder = join(SUPABASE, 'migrations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/** The project's own seed, and the ids of the Stripe double. */
export function seeds(): Step[] {
  return [
    { name: 'seed.sql', sql: readFileSync(join(SUPABASE, 'seed.sql'), 'utf8') },
    { name: 'dev-seed.sql', sql: readFileSync(join(HERE, 'dev-seed.sql'), 'utf8') },
  ];
}

/** Shim, migrations and seeds. */
export function allSteps(): Step[] {
  return [shim(), ...migrations(), ...seeds()];
}

/** Changes with every byte of {@link allSteps}. */
export function stepsHash(steps: readonly Step[]): string {
  const hash = createHash('sha256');
  for (const step of steps) hash.update(step.name).update('\0').update(step.sql).update('\0');
  return hash.digest('hex').slice(0, 16);
}
