import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu, protocol } from 'electron';
import { describeReason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { redactAddresses } from '../../logging/redact.ts';
import { DEEP_LINK_SCHEME, DeepLinks } from '../deep-link.ts';
import type { HostParts, SecretStore } from '../port.ts';
import { EarlyLog } from './early-log.ts';
import { createElectronHost, type ElectronHost } from './index.ts';
import { lockDownPages } from './lockdown.ts';
import { Quit } from './quit.ts';
import { PAGE_SCHEMES } from './scheme.ts';
import { openSecrets } from './secrets.ts';

/** As of the commands' exit codes. */
const EXIT_COULD_NOT_RUN = 3;

/** The running Electron program, from before it is ready until it leaves. */
export interface ElectronApp {
  /** Resolves when windows may be made. */
  ready(): Promise<void>;
  /** For compose(). After ready(). */
  createHost(parts: HostParts): ElectronHost;
  /** The program is ending: nothing new is to be begun. */
  readonly ending: boolean;
  /** What ends the program in order. */
  whenEnding(end: () => Promise<void>): void;
  /** Says in a window of its own why the program cannot go on, and ends it. */
  fail(error: unknown): Promise<void>;
}

/**
 * What must happen before Electron is ready, in this order: the data folder, the lock of the one instance, the scheme
 * of the pages, the switches.
 * @param home data folder; everything Chromium keeps lies in it, too
 * @returns null when the studio of this data folder is running already; it has been told what this start wanted
 */
export function enterElectron(home: string): ElectronApp | null {
  if (!canHold(home)) {
    app.exit(EXIT_COULD_NOT_RUN);
    return null;
  }
  app.setPath('userData', home);
  app.setPath('sessionData', join(home, 'chromium'));
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return null;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged(PAGE_SCHEMES);
  setSwitches();

  const log = new EarlyLog();
  const links = new DeepLinks({ onBad: (length) => log.warn('a link was ignored', { length }) });
  const quit = new Quit({ exit: (code) => app.exit(code), log: () => log });
  let showWindow: () => void = () => undefined;
  let trayIsThere = () => false;
  let secrets: SecretStore | null = null;
  const fail = (error: unknown) => showAndEnd(error, log, quit);

  lockDownPages(log);
  takeLinks(links, () => showWindow());
  watchProcesses(log, fail);
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quit.want();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !trayIsThere()) void quit.want();
  });
  app.on('activate', () => showWindow());

  return {
    async ready() {
      await app.whenReady();
      obeySignals(quit);
      setMenu();
      if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
      secrets = await openSecrets(home, log);
    },
    createHost(parts) {
      if (!secrets) throw new Error('Electron is not ready');
      log.continueIn(parts.log);
      return createElectronHost(parts, {
        secrets,
        links,
        quit,
        onWindow: (show) => {
          showWindow = show;
        },
        onTray: (isThere) => {
          trayIsThere = isThere;
        },
      });
    },
    get ending() {
      return quit.ending;
    },
    whenEnding: (end) => quit.whenEnding(end),
    fail,
  };
}

/** Chromium's folder must be there before Electron is told of it. */
function canHold(home: string): boolean {
  try {
    mkdirSync(join(home, 'chromium'), { recursive: true, mode: 0o700 });
    return true;
  } catch (error) {
    showError(new ReasonError('storage.failed', `${home} (see VIDA3_HOME)`, { cause: error }));
    return false;
  }
}

/** Hidden and covered windows keep drawing: the option of the window alone is not enough for that. */
function setSwitches(): void {
  const { commandLine } = app;
  commandLine.appendSwitch('disable-renderer-backgrounding');
  commandLine.appendSwitch('disable-backgrounding-occluded-windows');
  commandLine.appendSwitch('disable-background-timer-throttling');
  addFeature('disable-features', 'CalculateNativeWinOcclusion');
  // Global shortcuts on Wayland go through the desktop portal.
  if (process.platform === 'linux') addFeature('enable-features', 'GlobalShortcutsPortal');
}

/** A switch holds one list: what the command line says already must stay in it. */
function addFeature(name: 'enable-features' | 'disable-features', feature: string): void {
  const given = app.commandLine.getSwitchValue(name);
  app.commandLine.appendSwitch(name, given ? `${given},${feature}` : feature);
}

function takeLinks(links: DeepLinks, showWindow: () => void): void {
  app.on('open-url', (event, url) => {
    event.preventDefault();
    links.receive(url);
  });
  app.on('second-instance', (_event, argv) => {
    showWindow();
    links.receiveArguments(argv);
  });
  links.receiveArguments(process.argv);
}

function watchProcesses(log: Log, fail: (error: unknown) => Promise<void>): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName }) => {
    const what = type === 'GPU' ? 'the graphics process ended' : 'a process of Chromium ended';
    log[reason === 'clean-exit' ? 'debug' : 'warn'](what, { type, reason, exitCode, serviceName });
  });
  process.on('uncaughtException', (error) => {
    log.error('uncaught', { stack: error.stack ?? error.message });
    void fail(error);
  });
  process.on('unhandledRejection', (reason) => {
    log.error('unhandled rejection', { stack: reason instanceof Error ? reason.stack : String(reason) });
  });
}

/** Once Electron is ready: before that it sets handlers of its own over these. */
function obeySignals(quit: Quit): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void quit.now(0));
  }
}

/** Only macOS has a menu bar of its own; elsewhere the default one would offer to reload the page. */
function setMenu(): void {
  const menu =
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null;
  Menu.setApplicationMenu(menu);
}

/** Whatever runs ends first: nobody may watch a picture that stands still while a box waits for its button. */
async function showAndEnd(error: unknown, log: Log, quit: Quit): Promise<void> {
  if (quit.ending) return;
  log.error('the program cannot go on', { error: toReasonError(error).message });
  await quit.now(EXIT_COULD_NOT_RUN, () => showError(error));
}

function showError(error: unknown): void {
  const { reason, detail } = toReasonError(error);
  const { what, action } = describeReason(reason);
  const lines = [what, detail === undefined ? '' : redactAddresses(detail), action];
  dialog.showErrorBox('VIDA³ Studio', lines.filter(Boolean).join('\n\n'));
}
