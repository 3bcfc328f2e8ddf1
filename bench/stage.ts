import { existsSync } from 'node:fs';
import path from 'node:path';
import { fixturesDir, openStagePage, type StagePage } from '../e2e/stage/serve.ts';
import { FIXTURE_AVATARS } from '../e2e/support/fixture-avatars.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import type { AvatarFamily } from '../src/renderer/pipeline/stage/messages.ts';
import { median } from './median.ts';
import type { StageBench } from './stage/page.ts';

const WIDTH = 640;
const HEIGHT = 360;
const BLOCK_MS = 900;
const ROUNDS = 4;

interface Sample {
  readonly file: string;
  readonly url: string;
  readonly family: AvatarFamily;
}

interface Row {
  readonly avatar: string;
  /** Pictures a second, median of the blocks. */
  readonly ours: number;
  readonly plain: number;
  readonly bare: number;
  readonly loadMs: number;
}

function samples(): Sample[] {
  const index = path.join(resourcesDir(), 'avatars');
  const own = ['vida.vrm', 'sol.vrm'].filter((file) => existsSync(path.join(index, file)));
  const fixtures = fixturesDir();
  const found = FIXTURE_AVATARS.filter(
    ({ file }) => fixtures && existsSync(path.join(fixtures, 'avatars', file)),
  );
  return [
    ...found.map(({ file, family }) => ({ file, family, url: `/fixtures/avatars/${file}` })),
    ...own.map((file) => ({ file, family: 'vrm1' as const, url: `/resources/avatars/${file}` })),
  ];
}

/**
 * The stage against the plain loop of three-vrm's own example on the same avatar, shot and size, in turn in one page:
 * once with its multisampling («plain»), once without («bare»). Pictures a second, each waited for.
 */
export async function benchStage(): Promise<readonly Row[]> {
  const stage = await openStagePage([], path.join(import.meta.dirname, 'stage'));
  const rows: Row[] = [];
  try {
    for (const sample of samples()) {
      const loadMs = await call(stage, 'load', sample.url, sample.family, WIDTH, HEIGHT);
      const rates: Record<'ours' | 'plain' | 'bare', number[]> = { ours: [], plain: [], bare: [] };
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of ['ours', 'plain', 'bare'] as const) {
          rates[name].push(await call(stage, 'run', name, BLOCK_MS));
        }
      }
      rows.push({
        avatar: sample.file,
        ours: median(rates.ours),
        plain: median(rates.plain),
        bare: median(rates.bare),
        loadMs,
      });
      console.log(JSON.stringify(rows.at(-1)));
    }
  } finally {
    await stage.close();
  }
  console.table(
    rows.map((row) => ({
      avatar: row.avatar,
      'stage fps': row.ours.toFixed(1),
      'three-vrm loop fps': row.plain.toFixed(1),
      times: (row.ours / row.plain).toFixed(2),
      'without multisampling fps': row.bare.toFixed(1),
      'times it': (row.ours / row.bare).toFixed(2),
      'load ms': row.loadMs.toFixed(0),
    })),
  );
  return rows;
}

type Bench = StageBench;
async function call<K extends keyof Bench>(
  stage: StagePage,
  name: K,
  ...args: Parameters<Bench[K]>
): Promise<Awaited<ReturnType<Bench[K]>>> {
  return (await stage.page.evaluate(
    ([method, values]) => {
      const { harness } = globalThis as unknown as { harness: Record<string, (...a: unknown[]) => unknown> };
      return harness[method as string]!(...(values as unknown[]));
    },
    [name, args] as const,
  )) as Awaited<ReturnType<Bench[K]>>;
}
