import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

const keysSchema = z.object({
  publishable: z.string().startsWith('sb_publishable_'),
  secret: z.string().startsWith('sb_secret_'),
  jwtSecret: z.string().min(32),
  webhookSecret: z.string().startsWith('whsec_'),
  stripeSecret: z.string().startsWith('sk_test_'),
});
/** What a project hands out and what it keeps; made by this program, good for this machine only. */
export type Keys = z.infer<typeof keysSchema>;

const random = (prefix: string): string => prefix + randomBytes(24).toString('base64url');

/** Keys of a data folder, made at its first start; without a folder they are new at every start. */
export async function openKeys(folder: string | null): Promise<Keys> {
  const file = folder === null ? null : path.join(folder, 'keys.json');
  if (file !== null) {
    try {
      return keysSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new Error(`${file} cannot be read; start with --reset to make new keys`, { cause: error });
      }
    }
  }
  const keys: Keys = {
    publishable: random('sb_publishable_'),
    secret: random('sb_secret_'),
    jwtSecret: random('local-'),
    webhookSecret: random('whsec_'),
    stripeSecret: random('sk_test_'),
  };
  if (file !== null) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return keys;
}

export interface TokenClaims {
  readonly sub: string;
  readonly role: string;
  readonly [name: string]: unknown;
}

/** A signed HS256 access token; `ttlSeconds` may be negative. */
export async function signToken(
  claims: TokenClaims,
  secret: string,
  ttlSeconds: number,
  issuer: string,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(Math.min(now, now + ttlSeconds))
    .setExpirationTime(now + ttlSeconds)
    .setIssuer(issuer)
    .setAudience('authenticated')
    .sign(new TextEncoder().encode(secret));
}

/** Claims of a token that this project signed, or why it is none. */
export async function verifyToken(
  token: string,
  secret: string,
): Promise<
  | { kind: 'ok'; claims: Readonly<Record<string, unknown>> }
  | { kind: 'expired' }
  | { kind: 'bad'; why: string }
> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'] });
    return { kind: 'ok', claims: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { kind: 'expired' };
    if (error instanceof errors.JOSEError) return { kind: 'bad', why: error.message };
    throw error;
  }
}
