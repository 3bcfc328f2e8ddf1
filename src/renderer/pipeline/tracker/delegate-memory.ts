import type { TrackerPart } from './part.ts';

const KEYS: Readonly<Record<TrackerPart, string>> = {
  face: 'vida3.tracker.delegates',
  pose: 'vida3.tracker.delegates.pose',
  hands: 'vida3.tracker.delegates.hands',
  faces: 'vida3.tracker.delegates.faces',
};

/** Measured choices for one part by WebGL renderer, as an earlier page left them. */
export function delegateChoices(part: TrackerPart): Record<string, 'CPU' | 'GPU'> {
  const choices: Record<string, 'CPU' | 'GPU'> = {};
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEYS[part]) ?? '{}');
    if (typeof saved !== 'object' || saved === null) return choices;
    for (const [renderer, delegate] of Object.entries(saved)) {
      if (delegate === 'CPU' || delegate === 'GPU') choices[renderer] = delegate;
    }
  } catch {
    // Not readable means not measured: the tracker measures again.
  }
  return choices;
}

export function rememberDelegate(part: TrackerPart, renderer: string, delegate: 'CPU' | 'GPU'): void {
  try {
    localStorage.setItem(KEYS[part], JSON.stringify({ ...delegateChoices(part), [renderer]: delegate }));
  } catch {
    // A full or forbidden store costs the next start one measurement, nothing else.
  }
}
