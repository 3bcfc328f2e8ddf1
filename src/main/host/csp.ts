/**
 * What every answer to a page carries in both hosts, refusals included.
 * @param connect origins beside its own that the page may open connections to
 */
export function pageHeaders(connect: readonly string[] = []): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(connect),
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

function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    // blob: and data: reach nothing outside; glTF loaders fetch embedded textures by them.
    ['connect-src', "'self'", ...connect, 'blob:', 'data:'].join(' '),
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
