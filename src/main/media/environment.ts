const NAMES = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'SSL_CERT_FILE',
];

/** What the media process and FFmpeg may know of the environment: where programs are, nothing of the user. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of NAMES) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}
