const KEY = 'vida3.tracker.delegates';

/** Measured choices by WebGL renderer, as an earlier page left them. */
export function delegateChoices(): Record<string, 'CPU' | 'GPU'> {
  const choices: Record<string, 'CPU' | 'GPU'> = {};
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof saved !== 'object' || saved === null) return choices;
    for (const [renderer, delegate] of Object.entries(saved)) {
      if (delegate === 'CPU' || delegate === 'GPU') choices[renderer] = delegate;
    }
  } catch {
    // Not readable means not measured: the tracker measures again.
  }
  return choices;
}

export function rememberDelegate(renderer: string, delegate: 'CPU' | 'GPU'): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...delegateChoices(), [renderer]: delegate }));
  } catch {
    // A full or forbidden store costs the next start one measurement, nothing else.
  }
}
