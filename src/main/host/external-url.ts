const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MAX_LENGTH = 4096;

/**
 * The address as it may be handed to the system's browser, written out anew; null for what is not https, nor http on
 * this machine: other schemes start programs.
 */
export function openableUrl(text: string): string | null {
  if (text.length > MAX_LENGTH || !URL.canParse(text)) return null;
  const url = new URL(text);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  return safe && url.username === '' && url.password === '' ? url.href : null;
}
