import { describe, expect, test } from 'vitest';
import type { VideoPacket } from '../../shared/domain/media-packet.ts';
import { buildAvcC } from './annexb.ts';
import { RenditionStream, type TakenPicture } from './rendition.ts';

const START = [0, 0, 0, 1];
/** Main and constrained baseline; the last byte stands for the rest of the set. */
const MAIN = [0x67, 77, 0, 31, 1];
const BASELINE = [0x67, 66, 0xc0, 31, 1];
const PPS = [0x68, 9, 9];

function packet(key: boolean, change: Partial<VideoPacket> = {}, sps: readonly number[] = MAIN): VideoPacket {
  const data = key ? [...START, ...sps, ...START, ...PPS, ...START, 0x65, 7] : [...START, 0x41, 7];
  return {
    kind: 'video',
    key,
    card: false,
    rendition: 0,
    width: 640,
    height: 360,
    epoch: 1,
    timestampUs: 0,
    data: new Uint8Array(data),
    ...change,
  };
}

function open(): RenditionStream {
  return new RenditionStream({ name: 'main', width: 640, height: 360, bitrateKbps: 1000 }, 30);
}

function taken(picture: ReturnType<RenditionStream['take']>): TakenPicture {
  if (picture === null || picture === 'lost') throw new Error(`not taken: ${picture}`);
  return picture;
}

describe('pictures that the page encoded', () => {
  test('begin with a start picture, and lose the sets that the header holds', () => {
    const rendition = open();
    expect(rendition.take(packet(false))).toBeNull();
    const first = taken(rendition.take(packet(true)));
    expect(first).toMatchObject({ start: true, restart: false });
    expect([...first.data]).toEqual([0, 0, 0, 2, 0x65, 7]);
    expect(taken(rendition.take(packet(false))).config).toBe(first.config);
  });

  test('sets that merely got another number travel in the stream', () => {
    const rendition = open();
    const first = taken(rendition.take(packet(true)));
    const second = taken(rendition.take(packet(true, {}, [...MAIN.slice(0, 4), 2])));
    expect(second.config).toBe(first.config);
    expect(second.data.length).toBeGreaterThan(first.data.length);
  });

  test('another profile is another header but no new connection; another size is one', () => {
    const rendition = open();
    const first = taken(rendition.take(packet(true)));
    const second = taken(rendition.take(packet(true, {}, BASELINE)));
    expect(second).toMatchObject({ restart: false, config: { codec: 'avc1.42C01F' } });
    expect(second.config).not.toBe(first.config);
    const third = taken(rendition.take(packet(true, { width: 1280, height: 720 }, BASELINE)));
    expect(third).toMatchObject({ restart: true, config: { width: 1280, height: 720 } });
  });
});

test('an encoder FFmpeg takes over at a key frame, and the page again at one', () => {
  const rendition = open();
  taken(rendition.take(packet(true)));
  const avcC = buildAvcC([new Uint8Array([0x67, 100, 0, 31, 1])], [new Uint8Array(PPS)]);
  const data = new Uint8Array([0, 0, 0, 2, 0x65, 7]);
  const first = rendition.takeEncoded({ timeUs: 0, key: true, data, avcC, latencyMs: 1 });
  expect(first).toMatchObject({ start: true, restart: false, config: { avcC, codec: 'avc1.64001F' } });
  // Its successor makes the same: nothing changes for anybody.
  const again = rendition.takeEncoded({ timeUs: 1, key: true, data, avcC: avcC.slice(), latencyMs: 1 });
  expect(again.config).toBe(first.config);
  rendition.expectStart();
  expect(rendition.take(packet(false))).toBe('lost');
  expect(taken(rendition.take(packet(true)))).toMatchObject({
    restart: false,
    config: { codec: 'avc1.4D001F' },
  });
  taken(rendition.take(packet(false)));
});
