const DEG = Math.PI / 180;

/**
 * How far joints go, radians. Ranges of motion of grown people: American Academy of Orthopaedic Surgeons, «Joint
 * Motion: Method of Measuring and Recording», and Norkin & White, «Measurement of Joint Motion» (the two agree within
 * 10°; where they differ, the wider). What MediaPipe's frame of a palm adds by itself is in the wrist's deviation.
 *
 * | joint | range |
 * |---|---|
 * | trunk (hips to chest) | flexion 50°, extension 25°, side 35°, turn 45° |
 * | clavicle | up 25°, down 5° |
 * | upper arm | within 115° of the axis (0.75 out, −0.1 up, 0.65 forward): holds flexion 180°, extension 60°, abduction 180°, across the chest 130° |
 * | upper arm about itself | ±100° from the shortest turn out of the T-pose (internal 80°, external 90°, and what the shortest turn leaves) |
 * | elbow | 0…150°, a hinge: it never bends backwards |
 * | forearm | 85° either way (pronation, supination 80°) |
 * | wrist | flexion 80°, extension 75°, deviation 35° |
 * | fingers at the palm | −20°…95°, spread ±20°; middle joints 0…110°, last joints 0…85° |
 * | thumb | base within 50° of rest, then 60°, then 80° |
 * | thigh | flexion 120°, extension 20°, to the side 45°; about itself ±40° |
 * | knee | 0…145°, a hinge |
 * | foot | up 20°, down 50°, turned ±20° |
 */
export const LIMITS = {
  torso: { pitchMin: -25 * DEG, pitchMax: 50 * DEG, roll: 35 * DEG, yaw: 45 * DEG },
  clavicle: { up: 25 * DEG, down: 5 * DEG },
  upperArm: { axis: [0.753, -0.1, 0.653] as const, cone: 115 * DEG, twist: 100 * DEG },
  elbow: 150 * DEG,
  forearmTwist: 85 * DEG,
  wrist: { flexion: 80 * DEG, extension: 75 * DEG, deviation: 35 * DEG },
  finger: {
    proximalMin: -20 * DEG,
    proximal: 95 * DEG,
    intermediate: 110 * DEG,
    distal: 85 * DEG,
    spread: 20 * DEG,
  },
  thumb: { metacarpal: 50 * DEG, proximal: 60 * DEG, distal: 80 * DEG },
  thigh: { flexion: 120 * DEG, extension: 20 * DEG, side: 45 * DEG, twist: 40 * DEG },
  knee: 145 * DEG,
  foot: { up: 20 * DEG, down: 50 * DEG, turn: 20 * DEG },
} as const;

/** How fast a joint may be seen to turn, radians per second: what is faster is a tracker's error. */
export const RATES = {
  torso: 5,
  arm: 13,
  wrist: 13,
  finger: 20,
  leg: 10,
} as const;
