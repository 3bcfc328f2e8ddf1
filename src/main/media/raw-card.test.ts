import { expect, test } from 'vitest';
import type { RawPacket } from '../../shared/domain/media-packet.ts';
import { RawCardStandIn } from './raw-card.ts';

const CARD: RawPacket = {
  kind: 'raw',
  card: true,
  width: 16,
  height: 16,
  epoch: 1,
  timestampUs: 0,
  data: new Uint8Array(384),
};

test('the card is due while the page is gone, at every look', () => {
  const card = new RawCardStandIn(30);
  card.keep(CARD);
  // Nothing was shown yet: there is nothing to stand in for.
  expect(card.due(0, false)).toBeNull();
  card.programme(10);
  const seen: number[] = [];
  for (let nowMs = 50; nowMs <= 600; nowMs += 50) if (card.due(nowMs, false)) seen.push(nowMs);
  expect(seen).toEqual([400, 450, 500, 550, 600]);
  expect(card.showing).toBe(true);
  expect(card.goneMs(610)).toBe(600);
  card.programme(620);
  expect(card.showing).toBe(false);
});

test('a page that is there is waited for longer, and without a card nothing is shown', () => {
  const card = new RawCardStandIn(30);
  card.programme(0);
  for (let nowMs = 50; nowMs <= 3000; nowMs += 50) expect(card.due(nowMs, true)).toBeNull();
  expect(card.showing).toBe(false);
  card.keep(CARD);
  expect(card.due(3050, true)).toBe(CARD);
  card.reset();
  expect(card.showing).toBe(false);
  expect(card.due(3100, true)).toBeNull();
});
