import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { ChunkReader, MESSAGE, writeMessage } from './chunks.ts';
import { RtmpProtocolError } from './errors.ts';
import { MAX_RECEIVED_BYTES, ProbeSession, type ProbeTarget } from './session.ts';

const TARGET: ProbeTarget = { protocol: 'rtmps', host: 'live.example', port: 443, app: 'live2?backup=1' };
const HANDSHAKE = Buffer.concat([Buffer.of(3), Buffer.alloc(1536, 7), Buffer.alloc(1536)]);

const command = (...values: AmfValue[]) =>
  writeMessage(3, { type: MESSAGE.commandAmf0, streamId: 0, payload: encodeAmf(values) });
const control = (type: number, bytes: string) =>
  writeMessage(2, { type, streamId: 0, payload: Buffer.from(bytes, 'hex') });
const yes = command('_result', 1, {}, { level: 'status', code: 'NetConnection.Connect.Success' });

function shaken(): ProbeSession {
  const session = new ProbeSession(TARGET);
  session.take(HANDSHAKE);
  return session;
}

test('greets with C0 and C1, echoes S1 and asks for the application', () => {
  const session = new ProbeSession(TARGET);
  const hello = session.hello();
  expect([hello.length, hello[0], hello.readUInt32BE(5)]).toEqual([1537, 3, 0]);
  expect(session.take(HANDSHAKE.subarray(0, 3000)).send).toEqual([]);
  const { send, answer } = session.take(HANDSHAKE.subarray(3000));
  expect(answer).toBeNull();
  expect(send[0]).toEqual(Buffer.alloc(1536, 7));
  const [connect] = new ChunkReader(4096).push(send[1]!);
  expect(connect).toMatchObject({ type: MESSAGE.commandAmf0, streamId: 0 });
  expect(decodeAmf(connect!.payload)).toEqual([
    'connect',
    1,
    {
      app: 'live2?backup=1',
      type: 'nonprivate',
      flashVer: 'FMLE/3.0 (compatible; VIDA3)',
      tcUrl: 'rtmps://live.example:443/live2?backup=1',
    },
  ]);
});

test('the answer is taken after control messages, at whatever chunk size', () => {
  const before = [
    control(MESSAGE.windowAckSize, '004c4b40'),
    control(MESSAGE.setPeerBandwidth, '004c4b4002'),
    control(MESSAGE.setChunkSize, '00001000'),
    writeMessage(
      3,
      { type: MESSAGE.commandAmf0, streamId: 0, payload: encodeAmf(['onBWDone', 0, null]) },
      4096,
    ),
  ];
  const { answer } = shaken().take(Buffer.concat([...before, yes]));
  expect(answer).toEqual({ accepted: true, detail: 'NetConnection.Connect.Success' });
});

test.each([
  [
    'an error',
    command('_error', 1, null, { code: 'NetConnection.Connect.Rejected', description: 'no such app' }),
  ],
  ['a result that says no', command('_result', 1, null, { code: 'NetConnection.Connect.Rejected' })],
  ['an order to close', command('close', 0, null)],
  [
    'an error in AMF3',
    writeMessage(3, {
      type: MESSAGE.commandAmf3,
      streamId: 0,
      payload: Buffer.concat([Buffer.of(0), encodeAmf(['_error', 1])]),
    }),
  ],
])('%s is a refusal', (_, bytes) => {
  expect(shaken().take(bytes).answer?.accepted).toBe(false);
});

test('an answer to something else is none', () => {
  expect(shaken().take(command('_result', 4, null, {})).answer).toBeNull();
});

test('a ping is answered, and received bytes are acknowledged when the window says so', () => {
  const { send } = shaken().take(
    Buffer.concat([control(MESSAGE.userControl, '000600001234'), control(MESSAGE.windowAckSize, '00000100')]),
  );
  const read = new ChunkReader(4096).push(Buffer.concat(send));
  expect(read.map(({ type, payload }) => [type, payload.toString('hex')])).toEqual([
    [MESSAGE.userControl, '000700001234'],
    [MESSAGE.acknowledgement, (HANDSHAKE.length + 18 + 16).toString(16).padStart(8, '0')],
  ]);
});

test('another protocol is noticed at its first byte', () => {
  expect(() => new ProbeSession(TARGET).take(Buffer.from('HTTP/1.1 400'))).toThrow(RtmpProtocolError);
});

test('a server that sends without an end is left', () => {
  const session = shaken();
  const noise = writeMessage(4, { type: 9, streamId: 1, payload: Buffer.alloc(8000) });
  expect(() => {
    for (let bytes = 0; bytes <= MAX_RECEIVED_BYTES; bytes += noise.length) session.take(noise);
  }).toThrow(RtmpProtocolError);
});

test('garbage ends in the named error, or in nothing', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }),
      (good, pieces) => {
        const session = good ? shaken() : new ProbeSession(TARGET);
        try {
          for (const piece of pieces) session.take(Buffer.from(piece));
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpProtocolError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
