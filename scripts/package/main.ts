import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOW_TO_GET_ELECTRON } from '../electron-binary.mjs';
import { packageFolder } from './archive.ts';
import { electronDist, loadConfig, makeStandIn, validate } from './builder.ts';
import { collectNotices, noticeFiles, packedPackages, readLock, readModels } from './collect.ts';
import { checkConfig, checkEntitlements, configSchema, namedFiles } from './config.ts';
import { nameOf, rootsOf } from './lock.ts';
import { checkLicences } from './notices.ts';
import { prepareFfmpeg, prepareModels } from './prepare.ts';
import type { Problem } from './problem.ts';
import type { Order } from './run-builder.ts';
import { checkFresh, filesBelow, verifyArchive, verifyBeside } from './verify.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORK = join(ROOT, 'dist/package');
const MAC_ARCHS = ['x64', 'arm64'];

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const thisPlatform = (): 'linux' | 'darwin' | 'win32' =>
  process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A check that fails for one reason often fails for a thousand files: a few of them tell enough. */
const SHOWN = 8;

const tell = (problems: readonly Problem[]): void => {
  for (const [check, list] of Map.groupBy(problems, (p) => p.check)) {
    for (const { detail } of list.slice(0, SHOWN)) say(`FAILED  ${check}: ${detail}`);
    if (list.length > SHOWN) say(`FAILED  ${check}: and ${list.length - SHOWN} more`);
  }
};

const repositoryProblems = async (): Promise<Problem[]> => {
  const loaded = await loadConfig(ROOT);
  const problems = await validate(loaded);
  const config = configSchema.safeParse(loaded);
  if (!config.success) {
    return [
      ...problems,
      ...config.error.issues.map((i) => ({
        check: 'electron-builder.yml',
        detail: `${i.path.join('.')}: ${i.message}`,
      })),
    ];
  }
  problems.push(...checkConfig(config.data));
  for (const name of namedFiles(config.data)) {
    if (!existsSync(join(ROOT, name)))
      problems.push({ check: 'files named', detail: `${name} does not exist` });
  }
  for (const name of new Set([config.data.mac.entitlements, config.data.mac.entitlementsInherit])) {
    if (existsSync(join(ROOT, name))) {
      problems.push(...checkEntitlements(name, readFileSync(join(ROOT, name), 'utf8')));
    }
  }
  const notices = collectNotices(ROOT, readLock(ROOT));
  return [...problems, ...checkLicences(notices), ...checkFresh(ROOT, noticeFiles(ROOT, notices))];
};

/** Runs electron-builder with its log in a file. @returns what went wrong, or null */
const runBuilder = (order: Order): string | null => {
  const log = join(WORK, 'electron-builder.log');
  const script = join(import.meta.dirname, 'run-builder.ts');
  const result = spawnSync(process.execPath, [script, JSON.stringify(order)], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      CSC_IDENTITY_AUTO_DISCOVERY: process.env['CSC_IDENTITY_AUTO_DISCOVERY'] ?? 'false',
    },
  });
  writeFileSync(log, `${result.stdout}\n${result.stderr}`);
  if (result.status === 0) return null;
  const reason = /(?:⨯|Error:)\s*(.+)/.exec(`${result.stderr}\n${result.stdout}`)?.[1] ?? 'no reason given';
  return `electron-builder ended with ${result.status}: ${reason.slice(0, 300)} (log: dist/package/electron-builder.log)`;
};

/** The resources folders of every unpacked program below `output`. */
const resourceFolders = (output: string): string[] =>
  existsSync(output)
    ? readdirSync(output, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name === 'app.asar')
        .map((entry) => entry.parentPath)
    : [];

const verifyPacked = async (
  folder: string,
  beside: { models: readonly string[]; ffmpeg: boolean },
): Promise<Problem[]> => {
  const lock = readLock(ROOT);
  const optional = new Set(rootsOf(lock, 'optionalDependencies'));
  const archive = join(folder, 'app.asar');
  const { files, problems } = await verifyArchive(
    archive,
    new Set([...packedPackages(lock)].map(nameOf)),
    optional,
    ROOT,
  );
  const packages = new Set(files.map((f) => packageFolder(f.path)).filter((f) => f !== null));
  const unpacked = filesBelow(join(folder, 'app.asar.unpacked'));
  for (const { path } of files.filter((f) => f.unpacked)) {
    if (!unpacked.includes(path))
      problems.push({ check: 'native code unpacked', detail: `${path} lies nowhere` });
  }
  const all = filesBelow(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  say(
    `packed: ${files.length} files in app.asar (${megabytes(statSync(archive).size)}), ${unpacked.length} beside it, ` +
      `${packages.size} packages, ${megabytes(all)} with resources`,
  );
  return [...problems, ...verifyBeside(folder, beside)];
};

const run = async (args: readonly string[]): Promise<number> => {
  if (args.some((a) => a !== '--dir')) {
    process.stderr.write('usage: npm run package -- [--dir]\n');
    return 2;
  }
  const dir = args.includes('--dir');
  mkdirSync(WORK, { recursive: true });
  const problems = await repositoryProblems();

  const dist = electronDist(ROOT);
  const standIn = dist === null;
  const platform = standIn ? 'linux' : thisPlatform();
  const archs = !dir && platform === 'darwin' ? MAC_ARCHS : [standIn ? 'x64' : process.arch];
  const models = prepareModels(readModels(ROOT), join(WORK, 'models'));
  const ffmpeg = prepareFfmpeg(ROOT, join(WORK, 'ffmpeg'), platform, archs);
  const missing = [...models.missing, ...ffmpeg.missing];
  if (dir || standIn) for (const what of missing) say(`not packed here: ${what}`);
  else for (const what of missing) problems.push({ check: 'complete installers', detail: `missing ${what}` });

  if (standIn) {
    say(
      `No Electron binary is installed here (${HOW_TO_GET_ELECTRON}): packed around an empty stand-in, no installers.`,
    );
  }
  const output = standIn ? join(WORK, 'stand-in-output') : join(ROOT, 'dist/installers');
  rmSync(output, { recursive: true, force: true });
  const unpackedOnly = dir || standIn;
  const failure = runBuilder({
    root: ROOT,
    output,
    work: WORK,
    dir: unpackedOnly,
    electronDist: standIn ? makeStandIn(join(WORK, 'stand-in')) : unpackedOnly ? dist : null,
    standIn,
  });
  if (failure !== null) problems.push({ check: 'electron-builder', detail: failure });
  const folders = resourceFolders(output);
  if (folders.length === 0) problems.push({ check: 'electron-builder', detail: 'no app.asar came out' });
  for (const folder of folders) {
    problems.push(
      ...(await verifyPacked(folder, { models: models.have, ffmpeg: ffmpeg.missing.length === 0 })),
    );
  }

  tell(problems);
  say(problems.length === 0 ? 'package: every check passed' : `package: ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
};

process.exitCode = await run(process.argv.slice(2));
