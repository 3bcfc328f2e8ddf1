import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packGlb, triangle } from '../src/main/services/library/inspect/make-glb.ts';
import { type AvatarReport, avatarReportSchema } from '../src/shared/domain/avatar-report.ts';
import { FIXTURE_AVATARS, type FixtureAvatar } from './support/fixture-avatars.ts';

const ROOT = join(import.meta.dirname, '..');
const AVATARS = join(process.env['VIDA3_FIXTURES_DIR'] ?? join(ROOT, '../shared'), 'avatars');
const hasFixtures = existsSync(join(AVATARS, 'hostile'));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Highest resident memory of the whole process. */
  readonly maxRssMb: number;
}

/** The command as a user runs it, in a process of its own. */
function inspect(...args: string[]): Promise<Run> {
  const tell =
    'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmaxrss "+process.resourceUsage().maxRSS))';
  const child = spawn(process.execPath, [
    '--import',
    tell,
    join(ROOT, 'src/main/cli.ts'),
    'inspect',
    ...args,
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const rss = Number(/maxrss (\d+)$/.exec(stderr)?.[1]);
      resolve({ code, stdout, stderr, maxRssMb: rss / 1024 });
    });
  });
}

const reportOf = (run: Run): AvatarReport => avatarReportSchema.parse(JSON.parse(run.stdout));

const HOSTILE: Record<string, string> = {
  '01_truncated.glb': 'avatar.truncated',
  '02_wrong_magic.glb': 'avatar.not-a-model',
  '04_huge_accessor_count.glb': 'avatar.too-big',
  '05_sparse_bomb_no_bufferview_7GB.glb': 'avatar.too-big',
  '06_external_http_uri.glb': 'avatar.external-resource',
  '08_draco_required_garbage.glb': 'avatar.unsupported-extension',
  '10_cyclic_nodes.glb': 'avatar.bad-structure',
  '12_nan_positions.glb': 'avatar.bad-geometry',
  '15_chunk_length_overflow.glb': 'avatar.bad-structure',
  '17_index_out_of_range.glb': 'avatar.bad-geometry',
  '19_png_bomb_20000x20000.glb': 'avatar.bad-texture',
};

/** Origin of the numbers: the README of the fixtures. */
const GOOD: Record<
  FixtureAvatar,
  Partial<AvatarReport['counts']> & {
    arkit?: number;
    bones?: number;
    /** Whose names bones and shapes have. */
    named: readonly [string, string];
  }
> = {
  'ict_head.glb': {
    vertices: 22321,
    morphTargets: 52,
    joints: 0,
    arkit: 52,
    named: ['none', 'arkit'],
  },
  'ict_perfectsync_v1.vrm': {
    vertices: 28525,
    morphTargets: 52,
    joints: 54,
    arkit: 52,
    named: ['vrm', 'perfect-sync'],
  },
  'cool_loops_vrm0.vrm': {
    vertices: 1898,
    morphTargets: 16,
    joints: 65,
    named: ['vrm', 'vrm'],
  },
  'cryptovoxels_vrm0_noexpr.vrm': {
    vertices: 2727,
    morphTargets: 0,
    joints: 57,
    named: ['vrm', 'none'],
  },
  'debug_robot_vrm1.vrm': {
    vertices: 72,
    morphTargets: 0,
    joints: 0,
    bones: 53,
    named: ['vrm', 'none'],
  },
  'KayKit_Rogue.glb': {
    vertices: 5901,
    morphTargets: 0,
    joints: 41,
    named: ['blender', 'none'],
  },
  'RobotExpressive.glb': {
    vertices: 7214,
    morphTargets: 3,
    joints: 43,
    named: ['blender', 'generic'],
  },
};

describe.skipIf(!hasFixtures)('avatar fixtures', () => {
  test('every hostile file has an expected reason', () => {
    const files = readdirSync(join(AVATARS, 'hostile')).filter((file) => !file.startsWith('00_'));
    expect(Object.keys(HOSTILE)).toEqual(expect.arrayContaining(files));
  });

  test.each(Object.entries(HOSTILE))('fixture %s is refused: %s', async (file, reason) => {
    const run = await inspect(join(AVATARS, 'hostile', file), '--json');
    const report = reportOf(run);
    expect(report).toMatchObject({ ok: false, reason, family: null });
    expect(run.code).toBe(1);
    expect(report.cost.ms).toBeLessThan(2000);
    expect(report.cost.peakMb).toBeLessThan(256);
    expect(run.maxRssMb).toBeLessThan(256);
  });

  test('the fixture of a valid triangle is ok', async () => {
    const run = await inspect(join(AVATARS, 'hostile/00_control_valid_triangle.glb'), '--json');
    expect(reportOf(run)).toMatchObject({ ok: true, family: 'glb', counts: { vertices: 3, triangles: 1 } });
    expect(run.code).toBe(0);
  });

  test.each(FIXTURE_AVATARS)('fixture $file is usable', async ({ file, family, degraded }) => {
    const { arkit, bones, named, ...counts } = GOOD[file];
    const run = await inspect(join(AVATARS, file), '--json');
    const report = reportOf(run);
    expect(report).toMatchObject({ ok: true, family, counts, humanoid: { missingRequired: [] } });
    expect(run.code).toBe(0);
    expect([report.naming!.bones.family, report.naming!.morphs.family]).toEqual(named);
    expect(report.degraded).toEqual(degraded);
    if (arkit !== undefined) expect(report.arkit.found).toBe(arkit);
    if (bones !== undefined) expect(report.humanoid.bones).toHaveLength(bones);
    if (family !== 'glb') expect(report.licence).toMatchObject({ commercial: true, redistribution: true });
  });

  test.each([
    ['ict_head_unrigged.obj', 'avatar.unsupported-format'],
    ['KayKit_Rogue_unrigged.obj', 'avatar.unsupported-format'],
    ['README.md', 'avatar.not-a-model'],
  ])('fixture %s is refused: %s', async (file, reason) => {
    const run = await inspect(join(AVATARS, file), '--json');
    expect(reportOf(run)).toMatchObject({ ok: false, reason });
    expect(run.code).toBe(1);
  });

  test('the rigging studio is named to who brings a model without bones', async () => {
    const run = await inspect(join(AVATARS, 'KayKit_Rogue_unrigged.obj'));
    expect(run.stdout).toContain('rigging studio');
  });

  test('what will happen is said in words', async () => {
    const run = await inspect(join(AVATARS, 'RobotExpressive.glb'));
    expect(run.stdout).toMatch(/^bones +named as Blender, \d+ % sure, 27 found by name$/m);
    expect(run.stdout).toMatch(/^shown +The eyes cannot close\. \(no-blink\)$/m);
  });
});

describe('the inspect command', () => {
  const dir = mkdtempSync(join(tmpdir(), 'vida3-inspect-'));
  const good = join(dir, 'good.glb');
  beforeAll(() => {
    const { json, bin } = triangle();
    json.nodes[0]!['name'] = 'A\u001b[31m';
    writeFileSync(good, packGlb(json, bin));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('prints a table, or JSON and nothing else', async () => {
    const table = await inspect(good);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^verdict +usable$/m);
    expect(table.stdout).not.toContain('\u001b');
    const json = await inspect('--json', good);
    expect(reportOf(json).ok).toBe(true);
    expect(json.stderr.trim()).toMatch(/^maxrss \d+$/);
  });

  test('says why a file is refused and what to do', async () => {
    const bad = join(dir, 'bad.glb');
    writeFileSync(bad, 'this is no model');
    const run = await inspect(bad);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('avatar.not-a-model');
    expect(run.stdout).toContain('Export the avatar as VRM or GLB');
  });

  test('wrong usage is 2, a file that is not there is 3', async () => {
    expect((await inspect()).code).toBe(2);
    expect((await inspect(good, good)).code).toBe(2);
    expect((await inspect('--yaml', good)).code).toBe(2);
    const missing = await inspect(join(dir, 'missing.vrm'), '--json');
    expect(missing.code).toBe(3);
    expect(JSON.parse(missing.stdout)).toMatchObject({ ok: false, reason: 'avatar.not-found', problems: [] });
    expect((await inspect(dir)).code).toBe(1);
  });
});
