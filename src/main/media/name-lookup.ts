import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/**
 * The system knows an address of this host. One that does not answer in time knows none.
 * @param host name or address, one of IPv6 in brackets.
 */
export async function hasAddress(host: string, timeoutMs: number): Promise<boolean> {
  const name = host.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0) return true;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const known = lookup(name).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([known, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
