// Set-up of a fresh machine. Runs on the Node that is there (20 or newer), before any dependency is installed:
// plain JavaScript, node: modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const EXE = process.platform === 'win32' ? '.exe' : '';

/** The Node that the program runs on (the line of Electron), from the `node` package. */
export const node24 = path.join(root, 'node_modules', 'node', 'bin', `node${EXE}`);

const BROWSERS = {
  linux: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const base = process.env[variable];
    return base
      ? [
          path.join(base, 'Google/Chrome/Application/chrome.exe'),
          path.join(base, 'Chromium/Application/chrome.exe'),
          path.join(base, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [];
  }),
};

const TOOLS = {
  ffmpeg: {
    what: 'FFmpeg 5.1 or newer',
    found: () => runs(process.env.VIDA3_FFMPEG ?? '') || runs('ffmpeg') || staticFfmpeg(),
    debian: ['ffmpeg'],
    darwin: 'brew install ffmpeg',
    win32: 'winget install Gyan.FFmpeg',
    linux: 'install the package ffmpeg (5.1 or newer)',
    variable: 'VIDA3_FFMPEG',
  },
  browser: {
    what: 'Chrome, Chromium or Edge',
    found: () =>
      [process.env.VIDA3_CHROME ?? '', ...(BROWSERS[process.platform] ?? [])].some((name) =>
        path.isAbsolute(name) ? existsSync(name) : onPath(name),
      ),
    debian: ['chromium'],
    darwin: 'brew install --cask google-chrome',
    win32: 'winget install Google.Chrome',
    linux: 'install Chrome or Chromium',
    variable: 'VIDA3_CHROME',
  },
  rtmpServer: {
    what: 'nginx with its RTMP module (for the tests)',
    found: () => onPath('nginx') && existsSync('/usr/lib/nginx/modules/ngx_rtmp_module.so'),
    debian: ['nginx-light', 'libnginx-mod-rtmp'],
  },
  postgres: {
    what: 'PostgreSQL 15 or newer (for the tests of the cloud)',
    found: () => onPath('initdb') || debianPostgres(),
    debian: ['postgresql'],
    darwin: 'brew install postgresql@15',
    win32: 'winget install PostgreSQL.PostgreSQL.15',
    linux: 'install the PostgreSQL server (15 or newer)',
    variable: 'VIDA3_POSTGRES',
  },
};

/**
 * Installs the npm dependencies when package-lock.json changed since the last time. A second call does nothing.
 */
export function ensureDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.vida3-lock');
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing the dependencies (npm ci) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status !== 0)
    fail(`npm ci failed (exit ${result.status}). Check the network and run the command again.`);
  if (!existsSync(node24))
    fail('npm ci left out the package node. Run: npm install-scripts approve node && npm ci');
  writeFileSync(stamp, lock);
}

/**
 * Makes sure that the named tools are there: on Debian as root they are installed, elsewhere the exact command
 * is printed and the program ends with 3.
 * @param {('ffmpeg'|'browser'|'rtmpServer'|'postgres')[]} names
 * @param {{optional?: string[]}} [options] tools that are only reported when missing
 */
export function ensureTools(names, { optional = [] } = {}) {
  const missing = names.filter((name) => !TOOLS[name].found());
  if (missing.length === 0) return;
  const packages = missing.flatMap((name) => TOOLS[name].debian);
  if (onPath('apt-get') && process.getuid?.() === 0) {
    say(
      `Installing ${missing.map((name) => TOOLS[name].what).join(', ')} (apt-get install ${packages.join(' ')}) …`,
    );
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
        env,
        stdio: ['ignore', 'ignore', 2],
      });
    if (install().status !== 0) {
      spawnSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 2] });
      if (install().status !== 0)
        fail(
          `apt-get could not install ${packages.join(' ')}. Run: apt-get update && apt-get install ${packages.join(' ')}`,
        );
    }
    return;
  }
  const required = missing.filter((name) => !optional.includes(name));
  for (const name of missing) {
    const tool = TOOLS[name];
    const how = onPath('apt-get')
      ? `sudo apt-get install ${tool.debian.join(' ')}`
      : (tool[process.platform] ?? `install ${tool.debian.join(' ')}`);
    say(
      `${tool.what} is missing. Run: ${how}${tool.variable ? `  (or set ${tool.variable} to its path)` : ''}`,
    );
  }
  if (required.length > 0) process.exit(3);
}

function staticFfmpeg() {
  return existsSync(path.join(root, 'node_modules', 'ffmpeg-static', `ffmpeg${EXE}`));
}

/** Debian keeps the server's programs off the path. */
function debianPostgres() {
  const versions = '/usr/lib/postgresql';
  return (
    existsSync(versions) &&
    readdirSync(versions).some((version) => existsSync(path.join(versions, version, 'bin', 'initdb')))
  );
}

function runs(command) {
  return command !== '' && spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;
}

function onPath(name) {
  if (!name) return false;
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (process.env.PATH ?? '')
    .split(path.delimiter)
    .concat(process.platform === 'linux' ? ['/usr/sbin'] : []);
  return folders.some((dir) => extensions.some((ext) => dir && existsSync(path.join(dir, name + ext))));
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(3);
}
