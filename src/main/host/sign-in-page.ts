import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { desktopText } from '../../shared/desktop-texts.ts';

const STYLE = [
  'html{color-scheme:dark;background:#0e0f13;color:#e8eaf0;font:16px/1.5 system-ui,sans-serif}',
  'body{display:grid;place-content:center;min-height:100vh;margin:0;padding:24px;text-align:center}',
  'h1{font-size:24px;margin:0 0 8px}p{margin:0;color:#a7adbb;max-width:42ch}',
].join('');
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** What the user's browser shows at the end of a sign-in; nothing of the request comes into it. */
export function signInPage(kind: 'done' | 'refused' | 'other'): string {
  const title = desktopText(`signIn.${kind}.title`);
  const text = desktopText(`signIn.${kind}.text`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${title}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${title}</h1><p>${text}</p></main></body></html>`,
  ].join('');
}

/** The address holds the code: it is neither kept nor told to anybody, and the page can run nothing. */
export const SIGN_IN_HEADERS: OutgoingHttpHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Connection: 'close',
};
