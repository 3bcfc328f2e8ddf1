import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';

export const CERTIFICATES = ['good', 'self-signed', 'expired', 'wrong-host'] as const;
export type CertificateKind = (typeof CERTIFICATES)[number];

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface CertificateSet extends Readonly<Record<CertificateKind, Certificate>> {
  /** The authority that vouches for all but the self-signed one. */
  readonly caFile: string;
  dispose(): void;
}

/** An authority of our own and certificates for `localhost` that are right, or wrong in one way each. */
export function makeCertificates(): CertificateSet {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-ca-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  mkdirSync(join(folder, 'issued'));
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(join(folder, 'serial'), '01\n');
  writeFileSync(join(folder, 'ca.conf'), CA_CONFIG);
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '3650',
    '-subj',
    '/CN=fault test',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );

  const issue = (name: CertificateKind, hosts: string, dates: readonly string[]): Certificate => {
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(folder, 'hosts.conf'), `subjectAltName = ${hosts}\n`);
    const ca = ['-batch', '-notext', '-config', 'ca.conf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
    openssl('ca', ...ca, ...dates, '-extfile', 'hosts.conf', '-in', `${name}.csr`, '-out', `${name}.pem`);
    return read(name);
  };
  const read = (name: string): Certificate => ({
    key: readFileSync(join(folder, `${name}.key`)),
    cert: readFileSync(join(folder, `${name}.pem`)),
  });
  const here = 'DNS:localhost,IP:127.0.0.1';
  const days = ['-days', '30'];
  openssl(
    'req',
    '-x509',
    ...key,
    ...days,
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${here}`,
    '-keyout',
    'self-signed.key',
    '-out',
    'self-signed.pem',
  );
  return {
    good: issue('good', here, days),
    'self-signed': read('self-signed'),
    expired: issue('expired', here, ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']),
    'wrong-host': issue('wrong-host', 'DNS:other.example', days),
    caFile: join(folder, 'ca.pem'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const CA_CONFIG = `[ca]
default_ca = own
[own]
new_certs_dir = issued
database = index.txt
serial = serial
default_md = sha256
policy = any
[any]
commonName = supplied
`;

/** TLS in front of an RTMP server on loopback, whose certificate can be changed while it runs. */
export interface SwitchableTls {
  readonly url: string;
  readonly port: number;
  /** For the connections that come. */
  use(certificate: Certificate): void;
  close(): Promise<void>;
}

/** @param behind port of the RTMP server. */
export async function switchableTls(behind: number, first: Certificate): Promise<SwitchableTls> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...first }, (socket) => {
    sockets.add(socket);
    const upstream = connect(behind, '127.0.0.1');
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      upstream.destroy();
    });
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  server.on('tlsClientError', () => undefined);
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address && typeof address === 'object') resolve(address.port);
      else reject(new Error('no port'));
    });
  });
  return {
    port,
    url: `rtmps://localhost:${port}/live`,
    use: (certificate) => server.setSecureContext({ ...certificate }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
