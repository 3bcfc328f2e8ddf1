import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCloud } from './cloud.ts';
import { DEMO_USERS } from './demo-users.ts';
import type { Cloud } from './types.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PORT = 54_391;
const USAGE = 'npm run cloud -- [--postgres] [--port N] [--data DIR] [--reset] [--no-functions]';

interface Flags {
  readonly engine: 'pglite' | 'postgres';
  readonly port: number;
  readonly data: string;
  readonly reset: boolean;
  readonly functions: boolean;
}

/** @returns null for flags that are none */
function parseFlags(args: readonly string[]): Flags | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        postgres: { type: 'boolean', default: false },
        port: { type: 'string', default: String(PORT) },
        data: { type: 'string', default: path.join(ROOT, '.cache', 'cloud') },
        reset: { type: 'boolean', default: false },
        'no-functions': { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return null;
    return {
      engine: values.postgres ? 'postgres' : 'pglite',
      port,
      data: path.resolve(values.data),
      reset: values.reset,
      functions: !values['no-functions'],
    };
  } catch {
    // What is wrong with them, the usage line says.
    return null;
  }
}

/** Deletes a data folder, which is known by its keys. @returns false for any other folder with something in it */
async function reset(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (files.length > 0 && !files.includes('keys.json')) return false;
  await rm(folder, { recursive: true, force: true });
  return true;
}

function welcome(cloud: Cloud, flags: Flags): string {
  const users = DEMO_USERS.map(
    (user) => `  ${user.email.padEnd(24)} ${user.password.padEnd(18)} ${user.note}`,
  );
  return `
VIDA³ local cloud (${flags.engine}), data in ${flags.data}

  URL      ${cloud.url}
  Key      ${cloud.key}
  Mailbox  ${cloud.url}/mailbox${cloud.stripe ? `\n  Stripe   ${cloud.stripe.url} (a double: test checkouts only)` : ''}

Demo users
${users.join('\n')}

Point the studio at it:
  VIDA3_SUPABASE_URL=${cloud.url} VIDA3_SUPABASE_KEY=${cloud.key} npm start

This is a double for development and tests on this machine, not Supabase: it knows only what the studio uses, and it
is not safe to expose. The same SQL and functions run in a real project:
  supabase link --project-ref <ref>
  supabase db push --include-seed
  supabase secrets set STRIPE_SECRET_KEY=… STRIPE_WEBHOOK_SECRET=…
  supabase functions deploy
Then start the studio with that project's URL and publishable key. Ctrl-C ends this.
`;
}

async function main(): Promise<number> {
  const flags = parseFlags(process.argv.slice(2));
  if (!flags) {
    process.stderr.write(`Usage: ${USAGE}\n`);
    return 2;
  }
  if (flags.reset && !(await reset(flags.data))) {
    process.stderr.write(`${flags.data} is no data folder of the local cloud; it stays as it is\n`);
    return 2;
  }
  let cloud: Cloud;
  try {
    cloud = await startCloud({
      engine: flags.engine,
      folder: flags.data,
      port: flags.port,
      functions: flags.functions,
      demoUsers: true,
      log: (line) => process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${flags.port} is taken; choose another with --port` : message;
    process.stderr.write(`The local cloud could not start: ${why}\n`);
    return 3;
  }
  process.stdout.write(welcome(cloud, flags));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await cloud.close();
  return 0;
}

process.exitCode = await main();
