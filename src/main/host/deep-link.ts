import type { AuthAnswer, DeepLink } from './port.ts';

export const DEEP_LINK_SCHEME = 'vida3';

const MAX_LENGTH = 512;
/** Systems hand a link over more than once, and a web page can ask as often as it likes. */
const SAME_LINK_MS = 2_000;
/** What is kept for a listener that comes later. */
const MAX_WAITING = 4;

const PLACES: Readonly<Record<string, DeepLink['to']>> = {
  'vida3://open': 'studio',
  'vida3://settings': 'settings',
  'vida3://rehearsal': 'rehearsal',
};

/**
 * Where a link leads; null for anything but the few links there are. Any web page can make the system call us with a
 * link, so it is compared, never taken apart: queries, fragments, user names, ports and percent-encodings have no
 * place in it. Systems may add the slash of an empty path.
 */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > MAX_LENGTH) return null;
  const plain = text.endsWith('/') ? text.slice(0, -1) : text;
  const to = Object.hasOwn(PLACES, plain) ? PLACES[plain] : undefined;
  return to === undefined ? null : { to };
}

/** Where a sign-in in the browser comes back by this scheme. */
export const AUTH_LINK = `${DEEP_LINK_SCHEME}://auth/callback`;
const AUTH_CODE = /^vida3:\/\/auth\/callback\/?\?code=([\w.~-]{8,256})$/;
const AUTH_REFUSED = /^vida3:\/\/auth\/callback\/?\?error=([a-z_]{1,64})(?:[&#][\w.~%+=&#-]*)?$/;

/** What a sign-in brings back; null for anything but exactly that. Compared as a whole, too: see parseDeepLink. */
export function parseAuthLink(text: string): AuthAnswer | null {
  if (text.length > MAX_LENGTH) return null;
  const code = AUTH_CODE.exec(text)?.[1];
  if (code !== undefined) return { code };
  const refused = AUTH_REFUSED.exec(text)?.[1];
  return refused === undefined ? null : { refused };
}

/** The link among a program's arguments, as Windows and Linux hand it over; null without one. */
export function linkAmongArguments(argv: readonly string[]): string | null {
  return argv.slice(1).find((arg) => /^vida3:/i.test(arg)) ?? null;
}

export interface DeepLinksOptions {
  /** Hears of what is no link of ours; the link itself is a stranger's text and is not logged. */
  readonly onBad: (length: number) => void;
  readonly now?: () => number;
}

/** Takes links from the system, drops bad and repeated ones, and keeps the others until somebody listens. */
export class DeepLinks {
  readonly #options: DeepLinksOptions;
  readonly #now: () => number;
  readonly #waiting: DeepLink[] = [];
  #listener: ((link: DeepLink) => void) | null = null;
  #authListener: ((answer: AuthAnswer) => void) | null = null;
  #last: { readonly to: DeepLink['to']; readonly at: number } | null = null;

  constructor(options: DeepLinksOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  receive(text: string): void {
    const answer = parseAuthLink(text);
    if (answer) {
      // Never kept: a sign-in that nobody waits for in this run is none.
      this.#authListener?.(answer);
      return;
    }
    const link = parseDeepLink(text);
    if (!link) {
      this.#options.onBad(text.length);
      return;
    }
    const at = this.#now();
    if (this.#last?.to === link.to && at - this.#last.at < SAME_LINK_MS) return;
    this.#last = { to: link.to, at };
    if (this.#listener) this.#listener(link);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(link);
  }

  receiveArguments(argv: readonly string[]): void {
    const text = linkAmongArguments(argv);
    if (text !== null) this.receive(text);
  }

  /** One listener; it is given what came before. */
  listen(listener: (link: DeepLink) => void): void {
    this.#listener = listener;
    for (const link of this.#waiting.splice(0)) listener(link);
  }
  /** One listener of what sign-ins bring back. */
  listenToAuth(listener: (answer: AuthAnswer) => void): void {
    this.#authListener = listener;
  }
}
