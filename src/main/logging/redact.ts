const MASK = '••••';
/** Shorter texts would mask ordinary words of the log; no service hands out keys this short. */
const MIN_SECRET_LENGTH = 3;
const RTMP_ADDRESS = /\b(rtmp[a-z]*):\/\/([^\s"'`<>|\\]*)/gi;

/**
 * Masks the secret parts of every RTMP address in `text`: user and password, and everything after the
 * application (instance, stream key, query). `rtmp://host/app` alone stays as it is.
 */
export function redactAddresses(text: string): string {
  return text.replace(RTMP_ADDRESS, (_match, protocol: string, rest: string) => {
    const slash = rest.indexOf('/');
    const authority = slash < 0 ? rest : rest.slice(0, slash);
    const host = authority.includes('@')
      ? `${MASK}@${authority.slice(authority.lastIndexOf('@') + 1)}`
      : authority;
    if (slash < 0) return `${protocol}://${host}`;
    const path = rest.slice(slash + 1);
    const end = path.search(/[/?#]/);
    if (end < 0) return `${protocol}://${host}/${path}`;
    const tail = path.slice(end);
    return `${protocol}://${host}/${path.slice(0, end)}${/^\/+$/.test(tail) ? tail : `/${MASK}`}`;
  });
}

/** Knows the secrets of this run and masks them, and every RTMP key, in whatever is said to the outside. */
export class Redactor {
  /** Every written form of every secret, longest first so that no part of a longer one stays. */
  #forms: string[] = [];

  /** From now on `secret` appears nowhere, in its plain, JSON-escaped and percent-encoded forms. */
  register(secret: string): void {
    if (secret.length < MIN_SECRET_LENGTH) return;
    const forms = new Set([
      ...this.#forms,
      secret,
      JSON.stringify(secret).slice(1, -1),
      percentEncoded(secret),
    ]);
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  readonly redact = (text: string): string => {
    let clean = text;
    for (const form of this.#forms) clean = clean.replaceAll(form, MASK);
    return redactAddresses(clean);
  };
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
