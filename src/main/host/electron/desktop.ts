import { dialog, globalShortcut, powerSaveBlocker } from 'electron';
import { toElectronAccelerator } from '../../../shared/domain/shortcuts.ts';
import type { Log } from '../../logging/log.ts';
import type { DeepLinks } from '../deep-link.ts';
import type { Desktop, Question } from '../port.ts';
import type { Captures } from './capture.ts';
import type { PageWindow } from './page-window.ts';
import type { Quit } from './quit.ts';
import type { StudioTray } from './tray.ts';

export interface DesktopParts {
  readonly window: PageWindow;
  readonly tray: StudioTray;
  readonly captures: Captures;
  readonly links: DeepLinks;
  readonly quit: Quit;
  readonly log: Log;
}

export interface ElectronDesktop extends Desktop {
  /** Gives back what was taken of the system. */
  release(): void;
}

/** What a desktop program has beyond its page. */
export function createDesktop(parts: DesktopParts): ElectronDesktop {
  const { window, tray, captures, links, quit, log } = parts;
  let awake: number | null = null;
  const keepAwake = (on: boolean) => {
    if (on) {
      awake ??= powerSaveBlocker.start('prevent-display-sleep');
    } else if (awake !== null) {
      powerSaveBlocker.stop(awake);
      awake = null;
    }
  };
  return {
    tray: { show: (model) => tray.show(model), onAction: (listener) => tray.onAction(listener) },
    shortcuts: { register: (accelerators) => registerShortcuts(accelerators, log) },
    ask: (question) => ask(question, window),
    showWindow: () => window.show(),
    keepAwake,
    onDeepLink: (listener) => links.listen(listener),
    onAuthAnswer: (listener) => links.listenToAuth(listener),
    onQuitWanted: (asked) => quit.onWanted(asked),
    quit: () => void quit.want(),
    captureSources: () => captures.list(),
    chooseCapture: (id) => captures.choose(id),
    release() {
      globalShortcut.unregisterAll();
      keepAwake(false);
      tray.destroy();
    },
  };
}

function registerShortcuts(accelerators: ReadonlyMap<string, () => void>, log: Log): readonly string[] {
  globalShortcut.unregisterAll();
  const taken: string[] = [];
  for (const [accelerator, pressed] of accelerators) {
    if (!register(toElectronAccelerator(accelerator), pressed, log)) taken.push(accelerator);
  }
  return taken;
}

function register(accelerator: string, pressed: () => void, log: Log): boolean {
  try {
    return globalShortcut.register(accelerator, pressed);
  } catch (error) {
    // A key this system does not know is as good as taken.
    log.warn('a shortcut was refused', { accelerator, error: String(error) });
    return false;
  }
}

async function ask(
  question: Question,
  window: PageWindow,
): Promise<{ readonly button: number; readonly remembered: boolean }> {
  const options: Electron.MessageBoxOptions = {
    type: question.kind,
    title: question.title,
    message: question.title,
    detail: question.text,
    buttons: [...question.buttons],
    defaultId: question.cancel,
    cancelId: question.cancel,
    noLink: true,
    ...(question.remember === null ? {} : { checkboxLabel: question.remember, checkboxChecked: false }),
  };
  const parent = window.visible;
  // With its window in sight the question belongs to it; on macOS one without a window would stop everything else.
  const { response, checkboxChecked } = parent
    ? await dialog.showMessageBox(parent, options)
    : await dialog.showMessageBox(options);
  return { button: response, remembered: checkboxChecked };
}
