import { parseArgs } from 'node:util';
import { mb, percent, runSoak, type SoakResult } from './soak-run.ts';

const USAGE = 'Usage: npm run soak -- [--minutes N] [--random-faults] [--seed N] [--page]';
const DEFAULT_MINUTES = 20;
const MIN_MINUTES = 1;

/** Reads the flags. @returns null when they make no sense. */
function readFlags(
  args: string[],
): { minutes: number; randomFaults: boolean; seed: number; page: boolean } | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: String(DEFAULT_MINUTES) },
        'random-faults': { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!(minutes >= MIN_MINUTES) || !Number.isInteger(seed)) return null;
    return { minutes, randomFaults: values['random-faults'], seed, page: values.page };
  } catch {
    return null;
  }
}

function print({
  seconds,
  faults,
  fed,
  destinations,
  memory,
  drift,
  reportedDriftMs,
  problems,
}: SoakResult): void {
  console.log(`\n${Math.round(seconds)} s, ${fed} pictures, ${faults} faults`);
  for (const { name, state, reason, reconnects, dropped, served } of destinations) {
    console.log(
      `  ${name.padEnd(8)} ${state}${reason ? ` (${reason})` : ''}, ${reconnects} reconnects, ` +
        `${dropped} dropped, the server ${served ? 'receives' : 'receives nothing'}`,
    );
  }
  for (const { name, pid, beforeKb, afterKb, growth } of memory) {
    console.log(
      `  ${name.padEnd(20)} ${String(pid).padStart(7)}  ${mb(beforeKb).padStart(7)} → ${mb(afterKb).padStart(7)} MB  ${percent(growth).padStart(7)}`,
    );
  }
  const engineSays = `the engine says ${reportedDriftMs === null ? 'nothing' : `${reportedDriftMs.toFixed(1)} ms`}`;
  if (drift) {
    const { beginMs, endMs, driftMs, beeps } = drift;
    console.log(
      `  sound − picture: ${beginMs.toFixed(1)} ms at the begin, ${endMs.toFixed(1)} ms at the end, ` +
        `drift ${driftMs.toFixed(1)} ms (${beeps} beeps); ${engineSays}`,
    );
  } else console.log(`  sound − picture: ${engineSays}`);
  for (const problem of problems) console.log(`  FAILED: ${problem}`);
  console.log(problems.length === 0 ? 'passed' : 'failed');
}

const flags = readFlags(process.argv.slice(2));
if (!flags) {
  console.error(USAGE);
  process.exit(2);
}
const { minutes, randomFaults, seed, page } = flags;
const result = await runSoak({
  seconds: minutes * 60,
  randomFaults,
  seed,
  page,
  log: (line) => console.log(line),
});
print(result);
process.exit(result.problems.length === 0 ? 0 : 1);
