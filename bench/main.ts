import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { benchFanout } from './fanout.ts';
import { benchGovernor } from './governor.ts';
import { benchLibrary } from './library.ts';
import { benchPipeline } from './pipeline.ts';
import { benchSolver } from './solver.ts';
import { benchStage } from './stage.ts';
import { benchStartup } from './startup.ts';
import { benchSync } from './sync.ts';
import { benchTracking } from './tracking.ts';
import { benchTransport } from './transport.ts';

/** A benchmark: prints its own table and returns its numbers. */
export type Benchmark = () => Promise<unknown>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  fanout: benchFanout,
  governor: benchGovernor,
  library: benchLibrary,
  pipeline: benchPipeline,
  solver: benchSolver,
  stage: benchStage,
  startup: benchStartup,
  sync: benchSync,
  tracking: benchTracking,
  transport: benchTransport,
};

const wanted = process.argv[2];
const names = wanted ? [wanted] : Object.keys(BENCHMARKS);
const results: Record<string, unknown> = {};
for (const name of names) {
  const run = BENCHMARKS[name];
  if (!run) {
    console.error(`No benchmark ${name}. There are: ${Object.keys(BENCHMARKS).join(', ')}`);
    process.exit(2);
  }
  results[name] = await run();
}
const file = path.join(import.meta.dirname, 'results.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), results }, null, 2)}\n`);
process.exit(0);
