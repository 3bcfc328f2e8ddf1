/** Factor of an amplitude for a level in dB. */
export function dbToGain(db: number): number {
  return 10 ** (db / 20);
}

/** Level in dB of an amplitude; -180 for silence. */
export function gainToDb(gain: number): number {
  return 20 * Math.log10(Math.max(1e-9, gain));
}

/** How much of its past a one-pole smoother keeps per sample for a time constant in seconds. */
export function keptPerSample(seconds: number, sampleRate: number): number {
  return Math.exp(-1 / (seconds * sampleRate));
}
