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

/** What a secret key can do ignores every policy: it has no place on a user's machine. */
function checkedKey(key: string): string {
  if (isSecretKey(key)) {
    throw new ReasonError(
      'account.no-cloud',
      'this is a secret key of the project; the studio takes its publishable key only',
    );
  }
  if (!/^[\w.-]{8,2048}$/.test(key)) {
    throw new ReasonError('account.no-cloud', 'the key is no publishable key of a project');
  }
  return key;
}

function isSecretKey(key: string): boolean {
  if (/sb_secret_|sbp_/i.test(key)) return true;
  const payload = key.split('.')[1];
  if (payload === undefined) return false;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const role = z.object({ role: z.string() }).safeParse(claims).data?.role;
    // Only `anon` is for everybody; whatever else a key may be, it is not ours to hold.
    return role !== undefined && role !== 'anon';
  } catch {
    return false;
  }
}
