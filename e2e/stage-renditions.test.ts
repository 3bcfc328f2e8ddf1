import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startsDecoding } from '../src/renderer/pipeline/stage/h264.ts';
import type { StageScene } from '../src/renderer/pipeline/stage/messages.ts';
import type { Rendition } from '../src/shared/domain/encoding.ts';
import type { RawPacket, VideoPacket } from '../src/shared/domain/media-packet.ts';
import { namedPlacement } from '../src/shared/domain/scene.ts';
import type { Picture } from '../src/shared/domain/studio.ts';
import { cardsOf, StageDriver, until } from './stage/driver.ts';
import type { EncoderFault } from './stage/encoder-double.ts';
import type { StageHarness } from './stage/harness.ts';
import { OUT } from './stage/serve.ts';
import { parameterSets } from './support/h264.ts';

const PICTURE: Picture = { width: 640, height: 360, fps: 15, bitrateKbps: 1500 };
const MAIN: Rendition = { name: 'main', width: 640, height: 360, bitrateKbps: 1500 };
const SECOND: Rendition = { name: 'second', width: 426, height: 240, bitrateKbps: 500 };
/** Upright: of another shape than the programme. */
const RECORDING: Rendition = { name: 'recording', width: 202, height: 360, bitrateKbps: 400 };

const ffmpeg = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const hasFfmpeg = spawnSync(ffmpeg, ['-version']).status === 0;

let driver: StageDriver;
let turn = 0;

/** Fills the programme with one colour. */
async function paint(color: string): Promise<void> {
  const scene: StageScene = {
    turn: ++turn,
    background: { kind: 'color', color },
    capture: { shown: false, fit: 'contain' },
    avatar: { shown: false, placement: namedPlacement('full') },
    overlay: null,
  };
  await driver.call('send', { type: 'setScene', scene });
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Luma of the last picture. */
  readonly luma: Buffer;
  readonly frames: number;
}

/** Decodes the packets of one rendition; FFmpeg must have nothing to complain about. */
function decode(name: string, packets: readonly VideoPacket[]): Decoded {
  const file = path.join(OUT, `stage-rendition-${name}.h264`);
  writeFileSync(file, Buffer.concat(packets.map((packet) => packet.data)));
  const asIs = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];
  const decoded = spawnSync(ffmpeg, ['-v', 'error', '-i', file, ...asIs], { maxBuffer: 512 * 1024 * 1024 });
  expect(decoded.stderr.toString()).toBe('');
  const { width, height } = packets[0]!;
  const bytes = (width * height * 3) / 2;
  expect(decoded.stdout.byteLength % bytes, `${name} is ${width}×${height}`).toBe(0);
  const frames = decoded.stdout.byteLength / bytes;
  const luma = decoded.stdout.subarray((frames - 1) * bytes, (frames - 1) * bytes + width * height);
  return { width, height, luma, frames };
}

function planesAtCentre({ data, width, height }: RawPacket): number[] {
  const y = data[(height / 2) * width + width / 2]!;
  const chroma = (height / 4) * (width / 2) + width / 4;
  const luma = width * height;
  return [y, data[luma + chroma]!, data[luma + luma / 4 + chroma]!];
}

const increasing = (packets: readonly { timestampUs: number }[]): boolean =>
  packets.every((packet, i) => i === 0 || packet.timestampUs > packets[i - 1]!.timestampUs);

beforeAll(async () => {
  driver = await StageDriver.open(PICTURE, false);
});
afterAll(async () => driver?.close());

describe('renditions', () => {
  test('a second and a third come and go; the main one is not disturbed', async () => {
    await paint('#c8c8c8');
    // An encoder may answer an abrupt change of the picture by a key frame of its own.
    let looks = 0;
    const grey = Buffer.from([0xc8, 0xc8, 0xc8, 255]);
    await until('the colour', async () => {
      const { data } = await driver.call('pixels', ++looks);
      return Buffer.from(data, 'base64').subarray(0, 4).equals(grey);
    });
    const broadcast = { epoch: 3, source: 'encoded' } as const;
    await driver.broadcast({ ...broadcast, renditions: [MAIN] });
    await until('the first pictures', () => driver.video(3).length > 5);
    await driver.broadcast({ ...broadcast, renditions: [MAIN, SECOND, RECORDING] });
    await until('pictures of all three', () => [1, 2].every((i) => driver.video(3, i).length > 12));
    const { encode } = await driver.freshMetrics();
    await driver.broadcast({ ...broadcast, renditions: [MAIN] });
    const newestUs = (index: number): number => driver.video(3, index).at(-1)!.timestampUs;
    await until('the main one alone', () => newestUs(0) > Math.max(newestUs(1), newestUs(2)) + 500_000);
    await driver.broadcast(null);

    expect(encode).toMatchObject({ epoch: 3, reason: null });
    expect(encode.renditions.map(({ name, kbps, reason }) => [name, kbps, reason])).toEqual([
      ['main', 1500, null],
      ['second', 500, null],
      ['recording', 400, null],
    ]);
    for (const rendition of encode.renditions) expect(rendition.frames).toBeGreaterThan(0);

    const main = driver.video(3);
    expect(increasing(main)).toBe(true);
    // Nobody asked for a key frame of the main one: the others came without one.
    const first = main[0]!.timestampUs;
    const early = main.filter((packet) => packet.key && packet.timestampUs - first < 1_900_000);
    expect(early).toHaveLength(1);
    for (const [index, { width, height }] of [MAIN, SECOND, RECORDING].entries()) {
      const sent = driver.video(3, index);
      expect(sent.every((packet) => packet.width === width && packet.height === height)).toBe(true);
      expect(sent[0]!.key).toBe(true);
      expect(increasing(sent)).toBe(true);
      const cards = cardsOf(driver.packets).filter((card) => card.epoch === 3 && card.rendition === index);
      expect(cards).toHaveLength(2);
      for (const card of cards) expect(parameterSets(card.data)).toEqual(parameterSets(sent[0]!.data));
    }
  });

  test.skipIf(!hasFfmpeg)('each decodes in its size; another shape has black beside the picture', () => {
    const full = decode('main', driver.video(3));
    const grey = full.luma[(full.height / 2) * full.width + full.width / 2]!;
    expect(grey).toBeGreaterThan(150);
    const second = decode('second', driver.video(3, 1));
    expect(second.frames).toBe(driver.video(3, 1).length);
    for (const at of [0, second.width - 1, second.width * (second.height - 1)]) {
      expect(Math.abs(second.luma[at]! - grey)).toBeLessThan(10);
    }
    const upright = decode('recording', driver.video(3, 2));
    const column = (y: number): number => upright.luma[y * upright.width + upright.width / 2]!;
    expect(Math.abs(column(upright.height / 2) - grey)).toBeLessThan(10);
    expect(column(10)).toBeLessThan(25);
    expect(column(upright.height - 10)).toBeLessThan(25);
  });

  test('a key frame is made of the rendition that it is asked of, and cards of all at a new connection', async () => {
    await driver.broadcast({ epoch: 4, source: 'encoded', renditions: [MAIN, SECOND] });
    await until('pictures of both', () => [0, 1].every((i) => driver.video(4, i).length > 1));
    driver.control({ type: 'key-frame', rendition: 'second' });
    const keys = (index: number) => driver.video(4, index).filter((packet) => packet.key);
    await until('another key frame', () => keys(1).length > 1);
    const [first, second] = keys(1);
    expect(second!.timestampUs - first!.timestampUs).toBeLessThan(1_900_000);
    await until('the same moment', () => driver.video(4).at(-1)!.timestampUs > second!.timestampUs);
    const beginUs = driver.video(4)[0]!.timestampUs;
    expect(keys(0).filter((packet) => packet.timestampUs - beginUs < 1_900_000)).toHaveLength(1);

    const { connections } = driver;
    driver.cut();
    await until('connected again', () => driver.connections > connections);
    const again = (index: number): VideoPacket[] =>
      driver.fresh.filter((p) => p.kind === 'video').filter((p) => !p.card && p.rendition === index);
    await until('pictures again', () => [0, 1].every((index) => again(index).length > 3));
    expect(cardsOf(driver.fresh.slice(0, 4)).map((card) => card.rendition)).toEqual([0, 0, 1, 1]);
    for (const index of [0, 1]) expect(again(index)[0]!.key).toBe(true);
    await driver.broadcast(null);
  });
});

describe('bitrate', () => {
  /** Bits of a time, in kbit/s. */
  function rate(packets: readonly VideoPacket[], fromUs: number, toUs: number): number {
    const within = packets.filter((p) => p.timestampUs >= fromUs && p.timestampUs < toUs);
    const bytes = within.reduce((sum, packet) => sum + packet.data.byteLength, 0);
    return (bytes * 8 * 1000) / (toUs - fromUs);
  }

  test('is lowered within two seconds without a key frame, for the rest of the broadcast', async () => {
    await driver.broadcast({ epoch: 5, source: 'encoded', renditions: [{ ...MAIN, bitrateKbps: 2000 }] });
    await until('the first pictures', () => driver.video(5).length > 3);
    const beginUs = driver.video(5).at(-1)!.timestampUs;
    const playing = driver.call('noise', 7);
    await until('three seconds', () => driver.video(5).at(-1)!.timestampUs > beginUs + 3_000_000);
    const atUs = driver.video(5).at(-1)!.timestampUs;
    driver.control({ type: 'bitrate', rendition: 'main', kbps: 500 });
    await playing;
    const sent = driver.video(5);
    const before = rate(sent, atUs - 1_500_000, atUs);
    const after = rate(sent, atUs + 2_000_000, atUs + 3_800_000);
    console.log(`asked for 2000 then 500 kbit/s: ${before.toFixed(0)}, ${after.toFixed(0)}`);
    expect(after).toBeLessThan(500 * 1.25);
    expect(before).toBeGreaterThan(after * 2);
    // Only those of every two seconds, once the encoder has seen the abrupt begin of it.
    const keys = sent.filter((packet) => packet.key && packet.timestampUs > atUs - 1_000_000);
    const apart = keys.slice(1).map((key, i) => key.timestampUs - keys[i]!.timestampUs);
    expect(Math.min(...apart)).toBeGreaterThan(1_900_000);
    expect(cardsOf(driver.packets).filter((card) => card.epoch === 5)).toHaveLength(2);
    const { encode } = await driver.freshMetrics();
    expect(encode.renditions[0]!.kbps).toBe(500);
    expect(encode.frames).toBeGreaterThan(sent.length - 5);
    await driver.broadcast({ epoch: 6, source: 'encoded', renditions: [{ ...MAIN, bitrateKbps: 2000 }] });
    expect((await driver.freshMetrics()).encode.renditions[0]!.kbps).toBe(2000);
    await driver.broadcast(null);
  });
});

describe('an encoder that fails', () => {
  /** Runs a rendition's encoder in the window, where VideoEncoder can be replaced by a double. */
  const encodeWith = (fault: EncoderFault) =>
    driver.stage.page.evaluate(
      (which) => (globalThis as unknown as { harness: StageHarness }).harness.encoders.run(which),
      fault,
    );

  test.each(['error', 'throw', 'hang'] as const)(
    '%s: software goes on in its place after a key frame, the counts go on',
    async (fault) => {
      const { packets, configs, errors, reason, frames } = await encodeWith(fault);
      expect(configs[0]).toBe('no-preference');
      expect(new Set(configs.slice(1))).toEqual(new Set(['prefer-software']));
      expect(errors).toEqual(['encoder.failed']);
      expect(reason).toBeNull();
      const shown = packets.filter((packet) => !packet.card);
      expect(frames).toBe(shown.length);
      expect(increasing(shown)).toBe(true);
      const of = (encoder: number) => shown.filter((packet) => packet.encoder === encoder);
      expect(of(1).map((packet) => packet.key)).toEqual(of(1).map((_, i) => i === 0));
      expect(of(1).length).toBeGreaterThan(3);
      expect(of(0)[0]!.key).toBe(true);
      // The new encoder has cards of its own.
      for (const encoder of [0, 1]) {
        expect(packets.filter((packet) => packet.card && packet.encoder === encoder)).toHaveLength(2);
      }
      const lost = of(1)[0]!.timestampUs - of(0).at(-1)!.timestampUs;
      console.log(`${fault}: ${(lost / 1000).toFixed(0)} ms without a picture`);
    },
  );

  test('one that always fails is given up, and said to be none', async () => {
    const { errors, reason } = await encodeWith('always');
    expect(errors.slice(0, -1)).toEqual(Array(4).fill('encoder.failed'));
    expect(errors.at(-1)).toBe('encoder.unsupported');
    expect(reason).toBe('encoder.unsupported');
  });
});

describe('raw pictures', () => {
  // BT.709, limited range, eight bits (ITU-R BT.709-6, section 3).
  test.each([
    ['#ff0000', [63, 102, 240]],
    ['#00ff00', [173, 42, 26]],
    ['#0000ff', [32, 240, 118]],
    ['#808080', [126, 128, 128]],
    ['#c81e78', [78, 150, 199]],
  ] as const)('%s', async (color, planes) => {
    const epoch = 20 + turn;
    await paint(color);
    await driver.broadcast({ epoch, source: 'raw', renditions: [MAIN, SECOND] });
    // A fade takes a third of a second.
    await until('pictures', () => driver.raw(epoch).length > 9);
    const raw = driver.raw(epoch);
    const found = planesAtCentre(raw[raw.length - 1]!);
    for (const [i, value] of found.entries()) {
      expect(Math.abs(value - planes[i]!), `${found}`).toBeLessThanOrEqual(2);
    }
  });

  test('begin with two cards, also on a new connection, and are counted', async () => {
    await driver.broadcast({ epoch: 40, source: 'raw', renditions: [MAIN] });
    await until('pictures', () => driver.raw(40).length > 6);
    const isCard = (i: number): boolean => {
      const packet = driver.packets.filter(({ epoch, kind }) => epoch === 40 && kind === 'raw')[i];
      return packet?.kind === 'raw' && packet.card;
    };
    expect([isCard(0), isCard(1), isCard(2)]).toEqual([true, true, false]);
    const raw = driver.raw(40);
    expect(increasing(raw)).toBe(true);
    expect(raw.every((packet) => packet.width === 640 && packet.height === 360)).toBe(true);
    const { encode, latency } = await driver.freshMetrics();
    expect(encode).toMatchObject({
      epoch: 40,
      state: 'running',
      encoder: 'raw',
      reason: null,
      renditions: [],
    });
    expect(encode.bytes).toBe(encode.frames * raw[0]!.data.byteLength);
    expect(encode.p50Ms).toBeGreaterThan(0);
    expect(latency.cameraToEncodedMs.p50).toBeNull();
    const { connections } = driver;
    driver.cut();
    await until('connected again', () => driver.connections > connections);
    await until('pictures again', () => driver.fresh.length > 3);
    expect(driver.fresh.slice(0, 3).map((packet) => packet.kind === 'raw' && packet.card)).toEqual([
      true,
      true,
      false,
    ]);
    await driver.broadcast(null);
    await until('off', async () => (await driver.metrics()).encode.state === 'off');
  });

  test('encoded, raw and encoded again are one broadcast', async () => {
    const broadcast = { epoch: 50, renditions: [MAIN, SECOND] };
    await driver.broadcast({ ...broadcast, source: 'encoded' });
    await until('packets', () => driver.video(50).length > 5);
    await driver.broadcast({ ...broadcast, source: 'raw' });
    await until('pictures', () => driver.raw(50).length > 5);
    const encodedBefore = driver.video(50).length;
    await driver.broadcast({ ...broadcast, source: 'encoded' });
    await until('packets again', () => driver.video(50).length > encodedBefore + 5);
    const { encode, live } = await driver.freshMetrics();
    expect(encode.encoder).toMatch(/^webcodecs:avc1\./);
    // The counts go on.
    expect(encode.frames).toBeGreaterThanOrEqual(encodedBefore + driver.raw(50).length);
    expect(live.ticks).toBeGreaterThanOrEqual(encode.frames);
    const resumed = driver.video(50)[encodedBefore]!;
    expect(resumed.key && startsDecoding(resumed.data)).toBe(true);
    const all = driver.packets.filter(
      (packet) =>
        packet.epoch === 50 &&
        packet.kind !== 'pcm' &&
        !packet.card &&
        !(packet.kind === 'video' && packet.rendition),
    );
    expect(increasing(all)).toBe(true);
    expect(cardsOf(driver.packets).filter((card) => card.epoch === 50 && card.rendition === 0)).toHaveLength(
      4,
    );
    await driver.broadcast(null);
    expect(driver.stage.outside).toEqual([]);
    expect((await driver.events()).filter((event) => event.type === 'error')).toEqual([]);
  });
});
