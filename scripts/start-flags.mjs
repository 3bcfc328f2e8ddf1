// What `npm start` takes. Node 20, node: modules only.

export const START_USAGE = 'npm start [-- --host electron|browser]';

/**
 * @param {readonly string[]} args
 * @returns {{host: 'electron' | 'browser' | null, unknown: null} | {host: null, unknown: string}} a null host:
 *   whichever is there, Electron first; `unknown`: what is no flag of it
 */
export function parseStartFlags(args) {
  if (args.length === 0) return { host: null, unknown: null };
  const match = /^--host[= ](electron|browser)$/.exec(args.join(' '));
  if (!match) return { host: null, unknown: args.join(' ') };
  return { host: match[1] === 'electron' ? 'electron' : 'browser', unknown: null };
}
