import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

const HANDSHAKE_BYTES = 1536;

/** A server that misbehaves on purpose. */
export interface BadPeer {
  /** `rtmp(s)://127.0.0.1:PORT/live`, to which a key is added. */
  readonly url: string;
  close(): Promise<void>;
}

/** Takes the connection and never says a word. */
export function hangingPeer(): Promise<BadPeer> {
  return peer((socket) => socket.resume());
}

/** Closes as soon as it has taken the connection. */
export function closingPeer(): Promise<BadPeer> {
  return peer((socket) => socket.destroy());
}

/** Does the RTMP handshake (S0 S1 S2), then closes on the first command. */
export function handshakeOnlyPeer(): Promise<BadPeer> {
  return peer((socket) => {
    let received = 0;
    let answered = false;
    socket.on('data', (data) => {
      received += data.length;
      if (!answered && received >= 1 + HANDSHAKE_BYTES) {
        answered = true;
        const answer = Buffer.alloc(1 + 2 * HANDSHAKE_BYTES);
        answer[0] = 3;
        socket.write(answer);
      }
      if (received > 1 + 2 * HANDSHAKE_BYTES) socket.destroy();
    });
  });
}

/** Why {@link selfSignedPeer} cannot be had; null when it can. */
export function missingTlsPeer(): string | null {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'openssl is not installed (Debian: apt-get install openssl)';
  }
}

/** Speaks TLS with a certificate that nobody vouches for. */
export function selfSignedPeer(): Promise<BadPeer> {
  const { certificate, folder } = selfSigned();
  rmSync(folder, { recursive: true, force: true });
  const server = createTlsServer(certificate, (socket) => socket.resume());
  server.on('tlsClientError', () => undefined);
  return listen(server, 'rtmps');
}

/** TLS in front of an RTMP server on `port`, with a certificate that whoever trusts `caFile` takes. */
export async function tlsFront(port: number): Promise<BadPeer & { readonly caFile: string }> {
  const { certificate, folder, caFile } = selfSigned();
  const server = createTlsServer(certificate, (socket) => {
    const behind = connect(port, '127.0.0.1');
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  const front = await listen(server, 'rtmps');
  return {
    url: front.url,
    caFile,
    close: async () => {
      await front.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function selfSigned(): { certificate: { key: Buffer; cert: Buffer }; folder: string; caFile: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-tls-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', keyFile, '-out', caFile],
    ],
    { stdio: 'ignore' },
  );
  const certificate = { key: readFileSync(keyFile), cert: readFileSync(caFile) };
  rmSync(keyFile);
  return { certificate, folder, caFile };
}

function peer(onSocket: (socket: Socket) => void): Promise<BadPeer> {
  return listen(createServer(onSocket), 'rtmp');
}

function listen(server: Server, protocol: 'rtmp' | 'rtmps'): Promise<BadPeer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (!address || typeof address === 'string') return reject(new Error('no port'));
      resolve({
        url: `${protocol}://127.0.0.1:${address.port}/live`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}
