const GROUPS = 8;
/** Groups of an IPv6 address that one household or server is given; the rest is its own choice, and changes freely. */
const NETWORK_GROUPS = 4;
/** Also as it is written within IPv6, or with a port behind it. */
const FOUR = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i;
const SIX = /^[0-9a-f.]*:[0-9a-f:.]*$/i;

/**
 * Who sends a form, as far as an address tells: the last of `x-forwarded-for`, which the proxy in front of the functions
 * has written; what stands before it is the sender's own word, as are all other headers of the kind.
 * @param remote whom the connection is with, for where there is no proxy
 * @returns an IPv4 address, the /64 network of an IPv6 address, or what else stands there
 */
export function senderOf(forwardedFor: string | null, remote: string | null): string {
  const last = forwardedFor?.split(',').at(-1)?.trim();
  return networkOf((last || remote || 'unknown').slice(0, 64));
}

function networkOf(address: string): string {
  const four = FOUR.exec(address)?.[1];
  if (four) return four;
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/%.*$/, '');
  if (!SIX.test(bare)) return address;
  const [head = '', tail] = bare.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
