import { parseArgs } from 'node:util';
import { openEngine, postgresIsThere } from '../../scripts/cloud/engine/index.ts';
import { simulate } from './sync-sim.ts';

// node e2e/support/sync-sim-main.ts [--seeds 200] [--first 1] [--edits 1000] [--faults 300] [--engine postgres] [--json]
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '1' },
    edits: { type: 'string', default: '1000' },
    faults: { type: 'string', default: '300' },
    /** By default a Postgres server where one is installed: there one of the two cores is the server's. */
    engine: { type: 'string' },
    /** One report in a line, for a test. */
    json: { type: 'boolean', default: false },
  },
});
const first = Number(values.first);
const kind = values.engine ?? (postgresIsThere() ? 'postgres' : 'pglite');
if (kind !== 'pglite' && kind !== 'postgres') throw new Error('--engine is pglite or postgres');
const engine = await openEngine({ engine: kind });
let failed = 0;
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const started = performance.now();
  const report = await simulate(engine, { seed, edits: Number(values.edits), faults: Number(values.faults) });
  if (report.wrong.length > 0) failed++;
  if (values.json) {
    console.log(JSON.stringify(report));
    continue;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const faults = Object.values(report.faults).reduce((sum, n) => sum + n, 0);
  console.log(
    `seed ${seed}: ${report.edits} edits, ${faults} faults of ${Object.keys(report.faults).length} kinds, ` +
      `${report.syncs} syncs, ${report.rejected} refused, ${seconds} s, ${report.wrong.length === 0 ? 'ok' : 'WRONG'}`,
  );
  for (const line of report.wrong.slice(0, 10)) console.log(`  ${line.slice(0, 600)}`);
}
await engine.close();
process.exitCode = failed > 0 ? 1 : 0;
