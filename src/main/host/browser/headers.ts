import type { OutgoingHttpHeaders } from 'node:http';

/** What every answer carries, refusals included. `port` is the one this server listens on. */
export function securityHeaders(port: number): OutgoingHttpHeaders {
  return {
    'Content-Security-Policy': contentSecurityPolicy(port),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Permissions-Policy':
      'camera=(self), microphone=(self), geolocation=(), usb=(), serial=(), hid=(), payment=()',
    // Not `no-referrer`: that turns the Origin of some same-origin requests into `null`.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

function contentSecurityPolicy(port: number): string {
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    // blob: and data: reach nothing outside; glTF loaders fetch embedded textures by them.
    `connect-src 'self' ws://127.0.0.1:${port} blob: data:`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');
}
