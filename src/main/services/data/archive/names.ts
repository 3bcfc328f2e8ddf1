import { createHash } from 'node:crypto';

/**
 * What a row is called in another account. On the server a uid belongs to one account for ever, so what comes from
 * another one gets a name of its own: always the same, so that a second import finds it, and by whatever accounts it
 * comes back to the first one, it is called there as it was. A guest's rows have no account and no other names.
 * @param here the account that it comes into; null: the guest
 * @param from the account that it is called `uid` in; null: the guest
 */
export function nameIn(here: string | null, uid: string, from: string | null): string {
  if (from === here) return uid;
  const bytes = Buffer.from(uid.replaceAll('-', ''), 'hex');
  for (const mask of [maskOf(from), maskOf(here)]) {
    for (const [i, bits] of (mask ?? []).entries()) bytes[i]! ^= bits;
  }
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bits in which names differ; version and variant (RFC 9562, 4.1 and 4.2) stay. */
function maskOf(owner: string | null): Buffer | null {
  if (owner === null) return null;
  const mask = createHash('sha256').update(owner).digest().subarray(0, 16);
  mask[6]! &= 0x0f;
  mask[8]! &= 0x3f;
  return mask;
}
