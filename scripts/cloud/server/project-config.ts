import { readFile } from 'node:fs/promises';
import path from 'node:path';

const UNITS = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

type Value = string | number | boolean | readonly string[];

/** What the double takes from supabase/config.toml. */
export interface ProjectConfig {
  readonly siteUrl: string | null;
  readonly redirectUrls: readonly string[];
  readonly confirmEmail: boolean;
  readonly minPasswordLength: number;
  /** Seconds between two mails to one address. */
  readonly mailEverySeconds: number;
  readonly jwtSeconds: number;
  /** Of the largest file that storage takes. */
  readonly fileBytes: number;
  /** Whether a function wants a valid token before it runs; true unless it says otherwise. */
  verifyJwt(name: string): boolean;
}

function parseValue(text: string): Value | null {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?[\d_]+(\.\d+)?$/.test(text)) return Number(text.replaceAll('_', ''));
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (!/^\[[\s\S]*\]$/.test(text)) return null;
  return [...text.matchAll(/"([^"\\]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** The part of TOML that a Supabase config uses: tables, and keys with strings, numbers, booleans, string arrays. */
export function parseToml(text: string): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  let section = '';
  let pending: { key: string; text: string } | null = null;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/, '$1').trim();
    if (line === '') continue;
    if (pending) {
      pending.text += line;
    } else {
      const head = /^\[([^[\]]+)\]$/.exec(line);
      if (head) {
        section = head[1]!.trim();
        continue;
      }
      const pair = /^([\w-]+)\s*=\s*(.*)$/.exec(line);
      if (!pair) continue;
      pending = { key: `${section === '' ? '' : `${section}.`}${pair[1]}`, text: pair[2]! };
    }
    if (pending.text.startsWith('[') && !pending.text.endsWith(']')) continue;
    const value = parseValue(pending.text);
    if (value !== null) values.set(pending.key, value);
    pending = null;
  }
  return values;
}

/** Reads the config of a Supabase folder; a missing one means its defaults. */
export async function readProjectConfig(supabaseFolder: string): Promise<ProjectConfig> {
  let text = '';
  try {
    text = await readFile(path.join(supabaseFolder, 'config.toml'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const values = parseToml(text);
  const get = <T extends Value>(key: string, type: 'string' | 'number' | 'boolean', fallback: T): T => {
    const value = values.get(key);
    return typeof value === type ? (value as T) : fallback;
  };
  const urls = values.get('auth.additional_redirect_urls');
  const seconds = /^(\d+)(s|m)$/.exec(get<string>('auth.email.max_frequency', 'string', '60s'));
  const size = /^(\d+)(KiB|MiB|GiB)$/.exec(get<string>('storage.file_size_limit', 'string', ''));
  return {
    siteUrl: get<string>('auth.site_url', 'string', '') || null,
    redirectUrls: Array.isArray(urls) ? urls : ['vida3://auth/callback'],
    confirmEmail: get<boolean>('auth.email.enable_confirmations', 'boolean', true),
    minPasswordLength: get<number>('auth.minimum_password_length', 'number', 8),
    mailEverySeconds: seconds ? Number(seconds[1]) * (seconds[2] === 'm' ? 60 : 1) : 60,
    fileBytes: size ? Number(size[1]) * UNITS[size[2] as keyof typeof UNITS] : 50 * UNITS.MiB,
    jwtSeconds: get<number>('auth.jwt_expiry', 'number', 3600),
    verifyJwt: (name) => get<boolean>(`functions.${name}.verify_jwt`, 'boolean', true),
  };
}

/**
 * Whether `url` matches a pattern of the allow-list: `*` stops at `.` and `/`, `**` does not, `?` is one character,
 * `[0-9]` one of a range.
 */
export function matchesRedirect(pattern: string, url: string): boolean {
  const source = pattern.replace(/\*\*|\[\w-\w\]|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^./]*';
    if (part.length > 1) return part;
    return part === '?' ? '[^./]' : `\\${part}`;
  });
  return new RegExp(`^${source}$`).test(url);
}
