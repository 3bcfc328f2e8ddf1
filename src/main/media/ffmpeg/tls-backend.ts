import { execFile } from 'node:child_process';
import { plainEnvironment } from '../environment.ts';

const LIBRARIES = ['gnutls', 'openssl', 'libtls', 'mbedtls', 'schannel', 'securetransport'] as const;

/** `unknown`: none is named, which is also so where FFmpeg found the system's own by itself, or several are. */
export type TlsBackend = (typeof LIBRARIES)[number] | 'unknown';

/** The TLS library an FFmpeg was built with, from the configuration line of `ffmpeg -version`. */
export function tlsBackend(versionOutput: string): TlsBackend {
  const words = (/^\s*configuration:(.*)$/m.exec(versionOutput)?.[1] ?? '').split(/\s+/);
  const named = LIBRARIES.filter(
    (name) => words.includes(`--enable-${name}`) && !words.includes(`--disable-${name}`),
  );
  return named.length === 1 ? named[0]! : 'unknown';
}

/**
 * FFmpeg compares the name in the certificate with the host by itself, for names and for addresses. With OpenSSL it
 * looks at the chain alone, whatever `tls_verify` says; with libtls and Mbed TLS it does not compare addresses;
 * Schannel and Secure Transport are mostly not named in the configuration and cannot be told from no TLS at all.
 */
export function checksNames(backend: TlsBackend): boolean {
  return backend === 'gnutls';
}

const known = new Map<string, Promise<TlsBackend>>();

/** {@link tlsBackend} of a program, which is asked once per process; `unknown` when it does not run. */
export function tlsBackendOf(ffmpeg: string): Promise<TlsBackend> {
  let asked = known.get(ffmpeg);
  if (!asked) {
    asked = new Promise((resolve) => {
      execFile(
        ffmpeg,
        ['-version'],
        { timeout: 10_000, env: { ...plainEnvironment(), LC_ALL: 'C' }, windowsHide: true },
        (error, stdout) => resolve(error ? 'unknown' : tlsBackend(stdout)),
      );
    });
    known.set(ffmpeg, asked);
  }
  return asked;
}
