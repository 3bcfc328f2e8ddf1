/* Which landmarks are joined by lines, by the published topologies of MediaPipe's face, pose and hand models. */

const ring = (...points: number[]): Uint16Array => Uint16Array.from([...points, points[0]!]);
const chain = (...points: number[]): Uint16Array => Uint16Array.from(points);

/** Outlines of the face mesh. */
export const FACE_LINES: readonly Uint16Array[] = [
  ring(
    ...[10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377],
    ...[152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109],
  ),
  ring(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
  ring(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
  ring(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
  ring(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
  chain(70, 63, 105, 66, 107),
  chain(300, 293, 334, 296, 336),
  chain(168, 6, 197, 195, 5, 4),
  ring(469, 470, 471, 472),
  ring(474, 475, 476, 477),
];

/** Of the rest of the mesh every so many points are drawn. */
export const FACE_POINT_STEP = 5;

/** Shoulders, arms, trunk, legs. */
export const POSE_LINES: readonly Uint16Array[] = [
  chain(15, 13, 11, 12, 14, 16),
  chain(11, 23, 24, 12),
  chain(23, 25, 27, 31),
  chain(24, 26, 28, 32),
];

/** Palm and fingers. */
export const HAND_LINES: readonly Uint16Array[] = [
  chain(0, 1, 2, 3, 4),
  chain(0, 5, 6, 7, 8),
  chain(5, 9, 13, 17, 0),
  chain(9, 10, 11, 12),
  chain(13, 14, 15, 16),
  chain(17, 18, 19, 20),
];
