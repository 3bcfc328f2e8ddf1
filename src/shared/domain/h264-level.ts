/** level_idc, macroblocks per second, macroblocks per picture, kbit/s of the main profile (ITU-T H.264, table A-1). */
const LEVELS = [
  [30, 40_500, 1_620, 10_000],
  [31, 108_000, 3_600, 14_000],
  [32, 216_000, 5_120, 20_000],
  [40, 245_760, 8_192, 20_000],
  [41, 245_760, 8_192, 50_000],
  [42, 522_240, 8_704, 50_000],
  [50, 589_824, 22_080, 135_000],
  [51, 983_040, 36_864, 240_000],
  [52, 2_073_600, 36_864, 240_000],
] as const;
const MACROBLOCK = 16;

/**
 * The lowest level from 3.0 on that holds this picture size, rate and bitrate, as level_idc (42 is level 4.2);
 * 52 for what is too large for every level.
 */
export function h264Level(width: number, height: number, fps: number, bitrateKbps = 0): number {
  const across = Math.ceil(width / MACROBLOCK);
  const down = Math.ceil(height / MACROBLOCK);
  const blocks = across * down;
  const fits = LEVELS.find(([, perSecond, perPicture, kbps]) => {
    // A picture may be no longer than the square root of eight times its level's area (A.3.1).
    const longest = Math.sqrt(8 * perPicture);
    const small = blocks <= perPicture && across <= longest && down <= longest;
    return small && blocks * fps <= perSecond && bitrateKbps <= kbps;
  });
  return (fits ?? LEVELS.at(-1)!)[0];
}
