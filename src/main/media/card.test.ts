import { expect, test } from 'vitest';
import type { VideoPacket } from '../../shared/domain/media-packet.ts';
import { buildAvcC } from './annexb.ts';
import { CardStandIn } from './card.ts';

const START = [0, 0, 0, 1];
const SPS = [0x67, 0x42, 0xe0, 0x1e, 0x11];
const PPS = [0x68, 0xce, 0x22];

function card(slice: number, change: Partial<VideoPacket> = {}, sps = SPS): VideoPacket {
  const data = new Uint8Array([...START, ...sps, ...START, ...PPS, ...START, 0x65, slice]);
  return {
    kind: 'video',
    key: true,
    card: true,
    rendition: 0,
    width: 640,
    height: 360,
    epoch: 1,
    timestampUs: 0,
    data,
    ...change,
  };
}

const config = {
  avcC: buildAvcC([new Uint8Array(SPS)], [new Uint8Array(PPS)]),
  codec: 'avc1.42E01E',
  width: 640,
  height: 360,
};
const sliceOf = (data: Uint8Array | null) => (data ? data.at(-1) : null);

function standIn(...cards: VideoPacket[]): CardStandIn {
  const made = new CardStandIn(30);
  for (const each of cards) made.keep(each);
  return made;
}

test('comes when the programme is silent, twice a second, the two pictures in turn, and goes with it', () => {
  const made = standIn(card(1), card(2));
  expect(made.due(5000, true, config)).toBeNull();
  made.programme(1000);
  expect(made.due(2999, true, config)).toBeNull();
  expect(sliceOf(made.due(3000, true, config))).toBe(1);
  expect(made.showing).toBe(true);
  expect(made.due(3499, true, config)).toBeNull();
  expect(sliceOf(made.due(3500, true, config))).toBe(2);
  expect(sliceOf(made.due(4000, true, config))).toBe(1);
  expect(made.goneMs(4000)).toBe(3000);
  expect(made.changedSets).toBe(false);
  made.programme(4010);
  expect(made.showing).toBe(false);
  expect(made.due(5000, true, config)).toBeNull();
});

test('a slow programme is silent between its pictures, and no card comes into it', () => {
  const made = new CardStandIn(1);
  made.keep(card(1));
  made.programme(0);
  expect(made.due(2999, true, config)).toBeNull();
  expect(made.due(1499, false, config)).toBeNull();
  expect(sliceOf(made.due(1500, false, config))).toBe(1);
  made.programme(1500);
  expect(sliceOf(made.due(4500, true, config))).toBe(1);
});

test('time in which nobody could look is no silence of the page', () => {
  const made = standIn(card(1));
  made.programme(1000);
  for (let ms = 1000; ms <= 1500; ms += 50) expect(made.look(ms)).toBe(true);
  // A little late is nothing.
  expect(made.look(1700)).toBe(true);
  // The machine slept for a minute; what the page sent is read after this look.
  expect(made.look(61_700)).toBe(false);
  expect(made.goneMs(61_700)).toBe(750);
  expect(made.look(61_750)).toBe(true);
  expect(made.due(61_750, true, config)).toBeNull();
  expect(sliceOf(made.due(62_950, true, config))).toBe(1);
  expect(made.look(62_950)).toBe(false);
  expect(made.due(63_000, true, config)).toBeNull();
});

test('a look that comes late before the first picture changes nothing', () => {
  const made = standIn(card(1));
  expect(made.look(0)).toBe(true);
  expect(made.look(9000)).toBe(false);
  made.programme(9000);
  expect(sliceOf(made.due(11_000, true, config))).toBe(1);
});

test('a closed port is not waited for as long', () => {
  const made = standIn(card(1));
  made.programme(1000);
  expect(made.due(1300, false, config)).toBeNull();
  expect(sliceOf(made.due(1350, false, config))).toBe(1);
});

test('a card of another format, a broken one and none at all are not shown', () => {
  for (const made of [
    standIn(),
    standIn(card(1, { width: 1280, height: 720 })),
    standIn(card(1, {}, [0x67, 0x4d, 0x40, 0x1e, 0x11])),
    standIn(card(1, { data: new Uint8Array([...START, 0x65, 1]) })),
  ]) {
    made.programme(0);
    expect(made.due(10_000, true, config)).toBeNull();
    expect(made.showing).toBe(false);
  }
  const replaced = standIn(card(1, { width: 1280, height: 720 }), card(2));
  replaced.programme(0);
  expect(sliceOf(replaced.due(2000, true, config))).toBe(2);
  expect(sliceOf(replaced.due(3000, true, config))).toBe(2);
});

test('parameter sets of its own travel with it and are told of', () => {
  const made = standIn(card(1, {}, [...SPS.slice(0, 4), 0x99]));
  made.programme(0);
  const data = made.due(2000, true, config)!;
  expect(data[4]).toBe(0x67);
  expect(made.changedSets).toBe(true);
  made.programme(2100);
  expect(made.changedSets).toBe(false);
});
