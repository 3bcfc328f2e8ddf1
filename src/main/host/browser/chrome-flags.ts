export interface ChromeFlagOptions {
  readonly mode: 'studio' | 'headless';
  readonly profile: string;
  /** First address of the window; it has no rights of its own. */
  readonly url: string;
  readonly cameraFile?: string;
  readonly microphoneFile?: string;
  readonly machine: ChromeMachine;
}

/** What the flags depend on. */
export interface ChromeMachine {
  readonly root: boolean;
  readonly gpu: boolean;
  /** /dev/shm is too small for shared pictures, as in a plain container. */
  readonly smallShm: boolean;
}

const FEATURES_OFF = [
  'Translate',
  'MediaRouter',
  'DialMediaRouteProvider',
  'OptimizationHints',
  'AutofillServerCommunication',
  'InterestFeedContentSuggestions',
  'CertificateTransparencyComponentUpdater',
  // Windows only: a covered window would stop drawing while live.
  'CalculateNativeWinOcclusion',
];

/** The command line of the page's browser: quiet towards the network, never throttled, its own profile. */
export function chromeFlags(options: ChromeFlagOptions): string[] {
  const { mode, machine } = options;
  const headless = mode === 'headless';
  const fakeDevices = options.cameraFile !== undefined || options.microphoneFile !== undefined;
  const flags = [
    `--user-data-dir=${options.profile}`,
    '--remote-debugging-pipe',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-quic',
    '--disable-breakpad',
    '--disable-session-crashed-bubble',
    '--hide-crash-restore-bubble',
    '--no-pings',
    '--password-store=basic',
    '--use-mock-keychain',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    `--disable-features=${FEATURES_OFF.join(',')}`,
    '--window-size=1280,800',
  ];
  if (machine.root) flags.push('--no-sandbox');
  if (machine.smallShm) flags.push('--disable-dev-shm-usage');
  if (headless || !machine.gpu) flags.push('--enable-unsafe-swiftshader');
  if (fakeDevices) flags.push('--use-fake-device-for-media-stream');
  if (options.cameraFile !== undefined) {
    flags.push(`--use-file-for-fake-video-capture=${options.cameraFile}`);
  }
  if (options.microphoneFile !== undefined) {
    flags.push(`--use-file-for-fake-audio-capture=${options.microphoneFile}`);
  }
  // Nobody is there to answer the permission prompt; a person is asked once and the profile remembers.
  if (headless) flags.push('--use-fake-ui-for-media-stream', '--mute-audio', '--headless=new', options.url);
  else flags.push(`--app=${options.url}`);
  return flags;
}
