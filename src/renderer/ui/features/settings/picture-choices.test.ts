import { describe, expect, test } from 'vitest';
import { PICTURE_PRESETS, pictureSchema, turnedPicture } from '../../../../shared/domain/studio.ts';
import { parseBitrate, ratesFor, repictured, sizeKey, sizesFor } from './picture-choices.ts';

const HD = { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 };

describe('the picture', () => {
  test('sizes turn with it, and its own is always among them', () => {
    expect(sizesFor(HD).map(sizeKey)).toEqual(['640x360', '854x480', '1280x720', '1920x1080']);
    expect(sizesFor(turnedPicture(HD)).map(sizeKey)).toContain('720x1280');
    expect(sizesFor({ ...HD, width: 1000, height: 600 }).map(sizeKey)).toContain('1000x600');
    expect(ratesFor({ ...HD, fps: 12 })[0]).toBe(12);
  });

  test('the bitrate follows size and rate until it is set by hand', () => {
    const larger = repictured(HD, { width: 1920, height: 1080 });
    expect(larger.bitrateKbps).toBe(6000);
    expect(repictured(PICTURE_PRESETS[0], { fps: 30 }).bitrateKbps).toBe(1000);
    expect(repictured({ ...HD, bitrateKbps: 4500 }, { fps: 60 }).bitrateKbps).toBe(4500);
    expect(pictureSchema.safeParse(larger).success).toBe(true);
  });

  test('a bitrate is whole and within the limits', () => {
    expect(parseBitrate(' 2500 ')).toBe(2500);
    for (const text of ['', '99', '51001', '2.5', '-100', 'fast', '1e3'])
      expect(parseBitrate(text)).toBeNull();
  });
});
