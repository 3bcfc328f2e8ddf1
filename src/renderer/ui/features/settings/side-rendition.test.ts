import { expect, test } from 'vitest';
import { PICTURE_PRESETS, turnedPicture } from '../../../../shared/domain/studio.ts';
import { proposedSide, recordingCost, secondCost } from './side-rendition.ts';

const hd = { width: 1280, height: 720, fps: 30, bitrateKbps: 2072 };
const smaller = { width: 854, height: 480, bitrateKbps: 1500 };

test('the second size proposed is the next larger one, in the same shape, and at the top the next smaller', () => {
  expect(proposedSide(hd)).toEqual({ width: 1920, height: 1080, bitrateKbps: 6000 });
  expect(proposedSide(turnedPicture(hd))).toMatchObject({ width: 1080, height: 1920 });
  expect(proposedSide(PICTURE_PRESETS[3]!)).toMatchObject({ width: 1280, height: 720 });
});

test('the cost is what is added: work by the pixels, upload of every destination with its sound', () => {
  expect(secondCost({ picture: hd, renditions: { b: 'second' } }, smaller, ['a', 'b'])).toEqual({
    percent: 44,
    upload: { before: 4400, after: 3828 },
  });
});

test('where nobody has it yet the first destination is taken as who would get it', () => {
  const cost = secondCost({ picture: hd, renditions: {} }, smaller, ['a', 'b']);
  expect(cost.upload).toEqual({ before: 4400, after: 3828 });
  expect(secondCost({ picture: hd, renditions: {} }, smaller, []).upload).toBeNull();
});

test('a recording uploads nothing', () => {
  expect(recordingCost(hd, { width: 1920, height: 1080, bitrateKbps: 9000 })).toEqual({
    percent: 225,
    upload: null,
  });
});
