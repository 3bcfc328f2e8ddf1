import { existsSync } from 'node:fs';

const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The system's bundle of certificate authorities, for FFmpeg builds whose TLS library has none of its own;
 * null where the system keeps none as a file (Windows). `SSL_CERT_FILE` names another one.
 */
export function certificateBundle(): string | null {
  const named = process.env['SSL_CERT_FILE'];
  if (named) return named;
  return BUNDLES.find((path) => existsSync(path)) ?? null;
}
