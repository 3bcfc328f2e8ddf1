import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import { smoothstep } from '../../../shared/math/scalar.ts';

const BLINK_LEFT = ARKIT_INDEX.eyeBlinkLeft;
const BLINK_RIGHT = ARKIT_INDEX.eyeBlinkRight;
const JAW_OPEN = ARKIT_INDEX.jawOpen;
const SMILE_LEFT = ARKIT_INDEX.mouthSmileLeft;
const SMILE_RIGHT = ARKIT_INDEX.mouthSmileRight;

const BREATH_PERIOD_MS = 4200;
/** One blink falls into every slot, at a place the slot's number decides. */
const BLINK_SLOT_MS = 3800;
const BLINK_SPREAD = 0.85;
const CLOSE_MS = 120;
const SHUT_MS = 40;
const OPEN_MS = 190;

/** A number of 0..1 that the integer decides, the same on every machine (an integer hash by xor, multiply). */
function hash01(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

function wave(nowMs: number, periodMs: number): number {
  return Math.sin((2 * Math.PI * (nowMs % periodMs)) / periodMs);
}

/** −1..1: always moving, slow in, slower out. */
export function breathAt(nowMs: number): number {
  const phase = (nowMs % BREATH_PERIOD_MS) / BREATH_PERIOD_MS;
  return -Math.cos(2 * Math.PI * phase ** 0.85);
}

/** Lid closure of the idle pose, 0..1. */
export function idleBlinkAt(nowMs: number): number {
  const slot = Math.floor(nowMs / BLINK_SLOT_MS);
  const room = BLINK_SLOT_MS * BLINK_SPREAD - (CLOSE_MS + SHUT_MS + OPEN_MS);
  const t = nowMs - slot * BLINK_SLOT_MS - hash01(slot | 0) * room;
  if (t < 0) return 0;
  if (t < CLOSE_MS) return smoothstep(t / CLOSE_MS);
  if (t < CLOSE_MS + SHUT_MS) return 1;
  if (t < CLOSE_MS + SHUT_MS + OPEN_MS) return smoothstep(1 - (t - CLOSE_MS - SHUT_MS) / OPEN_MS);
  return 0;
}

/**
 * Fills `out` with the pose of an avatar nobody drives: a slow sway, blinks at natural intervals, a hint of a
 * smile. A function of the time alone, so that two runs look the same. State, presence and breath are not set.
 */
export function idlePose(nowMs: number, out: SolvedFace): void {
  out.channels.fill(0);
  const blink = idleBlinkAt(nowMs);
  out.channels[BLINK_LEFT] = blink;
  out.channels[BLINK_RIGHT] = blink;
  out.channels[SMILE_LEFT] = 0.08;
  out.channels[SMILE_RIGHT] = 0.08;
  out.yaw = 0.035 * wave(nowMs, 9100) + 0.02 * wave(nowMs, 5300);
  out.pitch = 0.02 * wave(nowMs, 7300) + 0.008 * wave(nowMs, 4100);
  out.roll = 0.018 * wave(nowMs, 11_700);
  out.x = 0.006 * wave(nowMs, 9100);
  out.y = 0.002 * wave(nowMs, BREATH_PERIOD_MS);
  out.z = 0;
  out.gazeYaw = 0.03 * wave(nowMs, 6700);
  out.gazePitch = 0.015 * wave(nowMs, 8900);
}

/** Fills `out` with the pose of an avatar that has fallen asleep: head down, eyes shut, moving with its breath. */
export function asleepPose(nowMs: number, out: SolvedFace): void {
  const breath = breathAt(nowMs);
  out.channels.fill(0);
  out.channels[BLINK_LEFT] = 1;
  out.channels[BLINK_RIGHT] = 1;
  out.channels[JAW_OPEN] = 0.03 + 0.02 * breath;
  out.yaw = 0.05 + 0.01 * wave(nowMs, 13_700);
  out.pitch = 0.38 - 0.025 * breath;
  out.roll = 0.1 + 0.01 * wave(nowMs, 17_300);
  out.x = 0;
  out.y = -0.02 + 0.003 * breath;
  out.z = 0;
  out.gazeYaw = 0;
  out.gazePitch = 0.2;
}
