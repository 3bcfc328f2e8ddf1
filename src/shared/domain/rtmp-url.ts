import { ReasonError } from '../errors.ts';

/** An ingest address split the way services hand it out: a server part that may be shown, and the secret key. */
export interface RtmpTarget {
  /** `rtmp(s)://host[:port]/app[/instance]`, without the stream key. */
  readonly server: string;
  readonly protocol: 'rtmp' | 'rtmps';
  readonly host: string;
  readonly port: number;
  /** Application name with any instance, no leading slash. */
  readonly app: string;
  /** The stream key (RTMP playpath), query included. A secret. */
  readonly key: string;
}

const DEFAULT_PORT = { rtmp: 1935, rtmps: 443 } as const;
const MAX_LENGTH = 2048;

/**
 * Splits a full publish address `rtmp(s)://host[:port]/app[/instance]/key` at its last slash.
 * A query belongs to the key. With `key` given, `url` is the server part alone.
 * @throws ReasonError `usage.bad-url`; its detail never holds the key.
 */
export function parseRtmpUrl(url: string, key?: string): RtmpTarget {
  const match = /^(rtmps?):\/\/(\[[0-9a-f:.]+\]|[^/:@?#\s[\]]+)(?::(\d{1,5}))?\/(\S+)$/i.exec(url.trim());
  if (!match || url.length > MAX_LENGTH) throw new ReasonError('usage.bad-url', 'not rtmp(s)://host/app/key');
  const protocol = match[1]!.toLowerCase() as 'rtmp' | 'rtmps';
  const host = match[2]!;
  const port = match[3] ? Number(match[3]) : DEFAULT_PORT[protocol];
  if (port < 1 || port > 65535) throw new ReasonError('usage.bad-url', 'the port is not from 1 to 65535');
  let app = match[4]!;
  let playpath = key;
  if (playpath === undefined) {
    const question = app.indexOf('?');
    const slash = app.lastIndexOf('/', question < 0 ? undefined : question);
    if (slash < 0) throw new ReasonError('usage.bad-url', 'the stream key is missing');
    playpath = app.slice(slash + 1);
    app = app.slice(0, slash);
  }
  app = app.replace(/\/+$/, '');
  if (!app) throw new ReasonError('usage.bad-url', 'the application is missing');
  if (!playpath) throw new ReasonError('usage.bad-url', 'the stream key is missing');
  if (hasControlCharacter(playpath) || hasControlCharacter(app)) {
    throw new ReasonError('usage.bad-url', 'control characters are not allowed');
  }
  const authority = match[3] ? `${host}:${port}` : host;
  return { server: `${protocol}://${authority}/${app}`, protocol, host, port, app, key: playpath };
}

/** The address as it may be shown and logged: the key replaced by dots. */
export function maskRtmpUrl(target: RtmpTarget): string {
  return `${target.server}/••••`;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) < 32 || text.charCodeAt(i) === 127) return true;
  return false;
}
