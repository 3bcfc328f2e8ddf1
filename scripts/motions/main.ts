import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parsePerformance } from '../../src/shared/domain/performance.ts';
import { motionFromPerformance } from './from-performance.ts';

/**
 * Makes the motion file of the recorded performance (`npm run motions`), which plays where no camera and no model of
 * a face is: resources/performance/performer.perf → resources/motions/performer.vmotion.
 */
const RESOURCES = new URL('../../resources/', import.meta.url);
const performance = parsePerformance(
  new Uint8Array(readFileSync(new URL('performance/performer.perf', RESOURCES))),
);
const file = motionFromPerformance(performance);
mkdirSync(new URL('motions/', RESOURCES), { recursive: true });
writeFileSync(new URL('motions/performer.vmotion', RESOURCES), file);
console.log(`resources/motions/performer.vmotion: ${performance.frames.length} frames, ${file.length} bytes`);
