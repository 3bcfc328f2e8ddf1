import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';
import { certificateBundle } from '../ffmpeg/certificates.ts';

let made: { readonly from: string; readonly context: SecureContext } | null = null;

/**
 * Whom to believe a server's certificate: the system's bundle, which is what FFmpeg is given where it speaks TLS
 * itself, so that all come to the same end; where the system keeps none as a file, its own store and the
 * authorities that come with the program. Made once, and again when the file changes.
 */
export function certificateAuthorities(platform: NodeJS.Platform = process.platform): SecureContext {
  const bundle = certificateBundle(platform);
  const from = bundle === null ? 'system' : `${bundle} ${statSync(bundle).mtimeMs}`;
  if (made?.from !== from) {
    const ca =
      bundle === null ? [...rootCertificates, ...getCACertificates('system')] : readFileSync(bundle, 'utf8');
    made = { from, context: createSecureContext({ ca }) };
  }
  return made.context;
}
