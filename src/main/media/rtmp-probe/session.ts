import { randomBytes } from 'node:crypto';
import { type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { ChunkReader, MESSAGE, type RtmpMessage, writeMessage } from './chunks.ts';
import { RtmpProtocolError } from './errors.ts';

/** The application of a server. There is no place for a stream key here: nothing is ever published. */
export interface ProbeTarget {
  readonly protocol: 'rtmp' | 'rtmps';
  /** IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** Application with any instance and query, no leading slash. */
  readonly app: string;
}

/** What came out of the bytes so far: bytes to send, and the server's answer once it is there. */
export interface ProbeStep {
  readonly send: readonly Buffer[];
  readonly answer: { readonly accepted: boolean; readonly detail: string } | null;
}

const VERSION = 3;
const HANDSHAKE_BYTES = 1536;
/** A polite server needs a few hundred bytes after its handshake. */
export const MAX_RECEIVED_BYTES = 64 * 1024;
const CONNECT = 1;
const CONTROL_STREAM = 2;
const COMMAND_STREAM = 3;
const PING_REQUEST = 6;
const PING_RESPONSE = 7;

/**
 * The client's half of an RTMP connection up to the answer to `connect`, without a socket: handshake
 * C0 C1 / S0 S1 S2 / C2 (Adobe RTMP 1.0, section 5.2), then the command `connect` (7.2.1.1). Never publishes.
 */
export class ProbeSession {
  readonly #target: ProbeTarget;
  readonly #reader = new ChunkReader(MAX_RECEIVED_BYTES);
  #pending: Buffer = Buffer.alloc(0);
  #shaken = false;
  #answered = false;
  #received = 0;
  #acknowledged = 0;
  #window = Number.POSITIVE_INFINITY;

  constructor(target: ProbeTarget) {
    this.#target = target;
  }

  /** C0 and C1, the first bytes on the wire. */
  hello(): Buffer {
    const bytes = Buffer.alloc(1 + HANDSHAKE_BYTES);
    bytes[0] = VERSION;
    randomBytes(HANDSHAKE_BYTES - 8).copy(bytes, 9);
    return bytes;
  }

  /** Takes what the server sent. Nothing is read after the answer. @throws RtmpProtocolError */
  take(bytes: Buffer): ProbeStep {
    if (this.#answered) return { send: [], answer: null };
    this.#received += bytes.length;
    if (this.#received > MAX_RECEIVED_BYTES) throw new RtmpProtocolError('the server sends without an end');
    const send: Buffer[] = [];
    let rest = bytes;
    if (!this.#shaken) {
      this.#pending = Buffer.concat([this.#pending, bytes]);
      if (this.#pending.length > 0 && this.#pending[0] !== VERSION) {
        throw new RtmpProtocolError('the server does not speak RTMP');
      }
      if (this.#pending.length < 1 + 2 * HANDSHAKE_BYTES) return { send, answer: null };
      // C2 is the echo of S1. S2 should be the echo of C1, and of some good servers is not.
      send.push(this.#pending.subarray(1, 1 + HANDSHAKE_BYTES), this.#connect());
      rest = this.#pending.subarray(1 + 2 * HANDSHAKE_BYTES);
      this.#pending = Buffer.alloc(0);
      this.#shaken = true;
    }
    let answer: ProbeStep['answer'] = null;
    for (const message of this.#reader.push(rest)) {
      answer ??= this.#obey(message, send);
    }
    if (this.#received - this.#acknowledged >= this.#window) {
      this.#acknowledged = this.#received;
      send.push(control(MESSAGE.acknowledgement, this.#received));
    }
    this.#answered = answer !== null;
    return { send, answer };
  }

  #connect(): Buffer {
    const { protocol, host, port, app } = this.#target;
    const payload = encodeAmf([
      'connect',
      CONNECT,
      {
        app,
        type: 'nonprivate',
        flashVer: 'FMLE/3.0 (compatible; VIDA3)',
        tcUrl: `${protocol}://${host}:${port}/${app}`,
      },
    ]);
    return writeMessage(COMMAND_STREAM, { type: MESSAGE.commandAmf0, streamId: 0, payload });
  }

  #obey({ type, payload }: RtmpMessage, send: Buffer[]): ProbeStep['answer'] {
    switch (type) {
      case MESSAGE.windowAckSize:
        if (payload.length >= 4) this.#window = Math.max(1, payload.readUInt32BE());
        return null;
      case MESSAGE.userControl:
        if (payload.length >= 6 && payload.readUInt16BE() === PING_REQUEST) {
          const pong = Buffer.from(payload.subarray(0, 6));
          pong.writeUInt16BE(PING_RESPONSE);
          send.push(writeMessage(CONTROL_STREAM, { type: MESSAGE.userControl, streamId: 0, payload: pong }));
        }
        return null;
      case MESSAGE.commandAmf0:
        return answerIn(decodeAmf(payload));
      case MESSAGE.commandAmf3:
        // A byte for the format stands before the same values.
        return answerIn(decodeAmf(payload.subarray(1)));
      default:
        return null;
    }
  }
}

function control(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value);
  return writeMessage(CONTROL_STREAM, { type, streamId: 0, payload });
}

/** The answer to `connect`, if that command is one. */
function answerIn([name, transaction, , info]: readonly AmfValue[]): ProbeStep['answer'] {
  if (name === 'close') return { accepted: false, detail: 'close' };
  if ((name !== '_result' && name !== '_error') || transaction !== CONNECT) return null;
  const said = { code: '', description: '' };
  if (typeof info === 'object' && info !== null && !Array.isArray(info)) {
    const { code, description } = info as { readonly [name: string]: AmfValue };
    if (typeof code === 'string') said.code = code;
    if (typeof description === 'string') said.description = description;
  }
  const detail = [said.code, said.description]
    .filter((text) => text !== '')
    .join(': ')
    .slice(0, 200);
  // Some servers say no inside a result.
  return { accepted: name === '_result' && !/rejected|failed|invalidapp/i.test(said.code), detail };
}
