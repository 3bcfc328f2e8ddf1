import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificateBundle } from './certificates.ts';
import { checksNames, tlsBackend } from './tls-backend.ts';

const version = (configuration: string): string =>
  `ffmpeg version 7.1 Copyright (c) 2000-2024 the FFmpeg developers\nbuilt with gcc 14\n${configuration}\nlibavutil      59. 39.100`;

describe('tlsBackend', () => {
  test.each([
    ['gnutls', '  configuration: --prefix=/usr --enable-gpl --enable-gnutls --enable-libx264'],
    ['openssl', 'configuration: --enable-version3 --enable-openssl --disable-ffplay\r'],
    ['mbedtls', 'configuration: --enable-mbedtls'],
    ['schannel', 'configuration: --enable-schannel --enable-gpl'],
    ['securetransport', 'configuration: --enable-securetransport'],
    // The system's own is found without being named, and a build without any looks the same.
    ['unknown', 'configuration: --enable-gpl --enable-libx264'],
    ['unknown', 'configuration: --enable-gnutls --enable-openssl'],
    ['unknown', 'configuration: --enable-gnutls --disable-gnutls'],
    ['unknown', 'configuration: --extra-version=--enable-gnutls-like'],
  ])('%s: %s', (backend, configuration) => {
    expect(tlsBackend(version(configuration))).toBe(backend);
  });

  test('a program that says nothing', () => {
    expect(tlsBackend('')).toBe('unknown');
  });

  test('only one of them is believed', () => {
    const all = ['gnutls', 'openssl', 'libtls', 'mbedtls', 'schannel', 'securetransport', 'unknown'] as const;
    expect(all.filter(checksNames)).toEqual(['gnutls']);
  });
});

describe('certificateBundle', () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env['SSL_CERT_FILE'];
    delete process.env['SSL_CERT_FILE'];
  });
  afterEach(() => {
    if (before === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = before;
  });

  test('is no file where the system keeps its authorities in a store', () => {
    expect(certificateBundle('win32')).toBeNull();
    expect(certificateBundle('darwin')).toBeNull();
  });

  test('is the one that is named, everywhere', () => {
    process.env['SSL_CERT_FILE'] = '/own.pem';
    for (const platform of ['win32', 'darwin', 'linux'] as const) {
      expect(certificateBundle(platform)).toBe('/own.pem');
    }
  });
});
