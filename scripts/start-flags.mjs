// What `npm start` takes. Node 20, node: modules only.

export const START_USAGE = 'npm start [-- --host electron|browser] [--safe]';

/**
 * @param {readonly string[]} args
 * @returns {{host: 'electron' | 'browser' | null, safe: boolean, unknown: null} |
 *   {host: null, safe: boolean, unknown: string}} a null host: whichever is there, Electron first; `unknown`: what is
 *   no flag of it
 */
export function parseStartFlags(args) {
  const safe = args.includes('--safe');
  const rest = args.filter((arg) => arg !== '--safe');
  if (rest.length === 0) return { host: null, safe, unknown: null };
  const match = /^--host[= ](electron|browser)$/.exec(rest.join(' '));
  if (!match) return { host: null, safe, unknown: rest.join(' ') };
  return { host: match[1] === 'electron' ? 'electron' : 'browser', safe, unknown: null };
}
