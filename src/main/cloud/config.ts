import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ReasonError } from '../../shared/errors.ts';

/** A Supabase project as the studio may know it: its address and its publishable key. */
export interface CloudConfig {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const fileSchema = z.object({ url: z.string().nullable(), key: z.string().nullable() });

/**
 * The project of `VIDA3_SUPABASE_URL` and `VIDA3_SUPABASE_KEY`, else of `file` (`{"url": …, "key": …}`); null: none,
 * the studio works on this machine only.
 * @throws ReasonError `usage.bad-url`, `account.no-cloud` for what is half set, unsafe or a key that must stay secret
 */
export async function readCloudConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CloudConfig | null> {
  const given = { url: env['VIDA3_SUPABASE_URL'] || null, key: env['VIDA3_SUPABASE_KEY'] || null };
  const fromEnv = given.url !== null || given.key !== null;
  const { url, key } = fromEnv ? given : await readConfigFile(file);
  if (url === null && key === null) return null;
  if (url === null || key === null) {
    throw new ReasonError('account.no-cloud', 'an address and a key are needed, one of them is missing');
  }
  return { url: checkedUrl(url), key: checkedKey(key) };
}

async function readConfigFile(file: string): Promise<z.infer<typeof fileSchema>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { url: null, key: null };
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ReasonError('account.no-cloud', `${file} cannot be read`, { cause: error });
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  const plain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!url || !safe || !plain) {
    throw new ReasonError('usage.bad-url', 'the cloud must be an https address, or http on this machine');
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * Only what is for everybody: a publishable key, or an older project's JWT of the role `anon`. A secret key ignores
 * every policy and has no place on a user's machine.
 */
function checkedKey(key: string): string {
  if (/^sb_publishable_[\w-]{1,200}$/.test(key) || roleOf(key) === 'anon') return key;
  throw new ReasonError(
    'account.no-cloud',
    'this is no publishable key of a project; the studio takes no other',
  );
}

/** The role that a JWT claims; null for what is none. It is not verified: the server does that. */
function roleOf(key: string): string | null {
  const payload = /^[\w-]{1,500}\.([\w-]{1,1500})\.[\w-]{1,500}$/.exec(key)?.[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return z.object({ role: z.string() }).safeParse(claims).data?.role ?? null;
  } catch {
    return null;
  }
}
