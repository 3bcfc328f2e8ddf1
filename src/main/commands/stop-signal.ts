/** A terminal signals the whole group, and whoever started us passes it on: the echoes of one Ctrl+C. */
const ECHO_MS = 1500;

/**
 * Ctrl+C and its kin as an AbortSignal, so that a run ends in its own order. A second Ctrl+C ends the process at
 * once; its children notice and end themselves.
 */
export function stopSignal(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!controller.signal.aborted) firstAt = Date.now();
    else if (Date.now() - firstAt > ECHO_MS) process.exit(130);
    controller.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
