import type { Socket } from 'node:net';
import { WireReader } from './fault-wire.ts';

const HANDSHAKE_BYTES = 1536;
const CHUNK_BYTES = 128;
const COMMAND = 20;
const NULL = Buffer.from([5]);

/**
 * How a server turns a publisher away: `bad-name` and `connect-error` say so, `silent-close` just closes on the
 * publish, as many services do for a bad key, `late-close` takes the publish and closes soon after the first bytes.
 */
export type Rejection = 'bad-name' | 'connect-error' | 'silent-close' | 'late-close';

const LATE_CLOSE_MS = 1_000;

/** Plays the server on a connection, by the script. */
export function serveRejection(socket: Socket, rejection: Rejection): WireReader {
  let answered = false;
  const reader = new WireReader(({ name, transaction }) => {
    if (name === 'connect' && rejection === 'connect-error') {
      socket.write(command('_error', transaction, NULL, status('NetConnection.Connect.Rejected', 'error')));
    } else if (name === 'connect') {
      socket.write(command('_result', transaction, NULL, status('NetConnection.Connect.Success', 'status')));
    } else if (name === 'createStream') {
      socket.write(command('_result', transaction, NULL, number(1)));
    } else if (name === 'publish') publish();
  });
  const publish = (): void => {
    if (rejection === 'silent-close') socket.destroy();
    if (rejection === 'bad-name') {
      socket.write(command('onStatus', 0, NULL, status('NetStream.Publish.BadName', 'error')));
    }
    if (rejection === 'late-close') {
      socket.write(command('onStatus', 0, NULL, status('NetStream.Publish.Start', 'status')));
      setTimeout(() => socket.destroy(), LATE_CLOSE_MS);
    }
  };
  socket.on('data', (data) => {
    reader.push(data);
    if (!answered && reader.connection.bytes > HANDSHAKE_BYTES) {
      answered = true;
      socket.write(handshakeAnswer());
    }
  });
  return reader;
}

/** S0 S1 S2 of a server that does not look at what the client sent. */
export function handshakeAnswer(): Buffer {
  const answer = Buffer.alloc(1 + 2 * HANDSHAKE_BYTES);
  answer[0] = 3;
  return answer;
}

/** One AMF0 command in chunks of the default size. */
function command(name: string, transaction: number, ...values: readonly Buffer[]): Buffer {
  const body = Buffer.concat([string(name), number(transaction), ...values]);
  const header = Buffer.alloc(12);
  header[0] = 3;
  header.writeUIntBE(body.length, 4, 3);
  header[7] = COMMAND;
  const parts: Buffer[] = [header];
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    if (at > 0) parts.push(Buffer.from([0xc3]));
    parts.push(body.subarray(at, at + CHUNK_BYTES));
  }
  return Buffer.concat(parts);
}

function status(code: string, level: string): Buffer {
  const property = (name: string, value: string): Buffer => Buffer.concat([text(name), string(value)]);
  return Buffer.concat([
    Buffer.from([3]),
    property('level', level),
    property('code', code),
    property('description', `${code}.`),
    Buffer.from([0, 0, 9]),
  ]);
}

function string(value: string): Buffer {
  return Buffer.concat([Buffer.from([2]), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
