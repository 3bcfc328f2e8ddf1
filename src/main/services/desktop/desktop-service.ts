import { assertNever } from '../../../shared/assert-never.ts';
import { isTicked } from '../../../shared/domain/destination-choice.ts';
import type { ShortcutAction } from '../../../shared/domain/shortcuts.ts';
import { toReasonError } from '../../../shared/errors.ts';
import type { DeepLink, Desktop, Question } from '../../host/port.ts';
import { parseTrayAction, sceneIndexOf, type TrayAction } from './actions.ts';
import { GlobalShortcuts } from './global-shortcuts.ts';
import type { DesktopServiceOptions, Wish } from './ports.ts';
import {
  cannotGoLiveWarning,
  failureWarning,
  goLiveQuestion,
  quitQuestion,
  stopQuestion,
} from './questions.ts';
import { blockedText, isOnAir, trayModel } from './tray-model.ts';

/** The tray is drawn again at most twice a second: systems redraw it slowly, and some flicker. */
const TRAY_MS = 500;

/**
 * Tray, global shortcuts, links and quitting: everything the user does outside the window. Works with the window
 * closed. On a host without a desktop it only says how the shortcuts stand.
 */
export class DesktopService {
  readonly #options: DesktopServiceOptions;
  readonly #desktop: Desktop | null;
  readonly #shortcuts: GlobalShortcuts;
  #started = false;
  /** One question at a time. */
  #busy = false;
  /** The question about quitting, which comes whatever else is asked. */
  #quitting: Promise<boolean> | null = null;
  #awake = false;
  #timer: NodeJS.Timeout | null = null;
  #shown = '';
  #recentAvatars: readonly string[] = [];
  #pageIsThere = false;
  /** What was asked of a page that is not there yet. */
  #pendingWish: Wish | null = null;

  constructor(options: DesktopServiceOptions) {
    this.#options = options;
    this.#desktop = options.desktop;
    this.#shortcuts = new GlobalShortcuts({
      register: options.desktop && ((accelerators) => options.desktop!.shortcuts.register(accelerators)),
      run: (action) => this.#runShortcut(action),
      press: options.pressExpression,
      publish: options.publishShortcuts,
      onProblem: (error) => options.notify('warning', error),
      isMac: process.platform === 'darwin',
    });
  }

  /** Shows the tray and listens. After the studio has started. */
  start(): void {
    this.#started = true;
    this.#desktop?.tray.onAction((id) => this.#runTray(id));
    this.#desktop?.onDeepLink((link) => this.#follow(link));
    this.#desktop?.onQuitWanted(() => this.#mayQuit());
    this.changed();
  }

  /** Something of what the tray shows may have changed. As often as the caller likes; nothing before start(). */
  changed(): void {
    if (!this.#started) return;
    const { settings, avatar } = this.#options.studio.snapshot;
    if (this.#recentAvatars[0] !== avatar.id) {
      this.#recentAvatars = [avatar.id, ...this.#recentAvatars.filter((id) => id !== avatar.id)];
    }
    this.#shortcuts.update({
      map: settings.shortcuts,
      everywhere: settings.globalShortcuts,
      sceneCount: settings.scenes.length,
      expressions: settings.expressions[avatar.id] ?? [],
    });
    this.#keepAwake(this.#options.stream.snapshot.phase !== 'idle');
    if (this.#desktop && !this.#timer) this.#drawTray();
  }

  /** The page listens: what was asked of it before is said now. */
  pageIsThere(): void {
    this.#pageIsThere = true;
    const wish = this.#pendingWish;
    this.#pendingWish = null;
    if (wish) this.#options.wants(wish);
  }

  /** The page is being loaded again. */
  pageIsGone(): void {
    this.#pageIsThere = false;
  }

  /** Gives the shortcuts back and lets the machine sleep. Safe to call twice. */
  close(): void {
    if (!this.#started) return;
    this.#started = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#shortcuts.close();
    this.#keepAwake(false);
  }

  #drawTray(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#show()) this.#drawTray();
    }, TRAY_MS);
    // It must not keep a program alive that has nothing else to do.
    this.#timer.unref();
    this.#show();
  }

  /** @returns whether there was anything new to show */
  #show(): boolean {
    const { studio, stream, destinations, library, goLive } = this.#options;
    const model = trayModel({
      studio: studio.snapshot,
      stream: stream.snapshot,
      destinations: destinations.list(),
      avatars: library.snapshot().avatars,
      recentAvatars: this.#recentAvatars,
      check: goLive.check(),
      bindings: this.#shortcuts.bindings,
    });
    const text = JSON.stringify(model);
    if (text === this.#shown) return false;
    this.#shown = text;
    this.#desktop?.tray.show(model);
    return true;
  }

  #keepAwake(on: boolean): void {
    if (on === this.#awake) return;
    this.#awake = on;
    this.#desktop?.keepAwake(on);
  }

  #runTray(id: string): void {
    const action = parseTrayAction(id);
    if (action) this.#attempt(() => this.#doTray(action));
    else this.#options.log.warn('the tray has no such action', { id });
  }

  #runShortcut(action: ShortcutAction): void {
    this.#attempt(() => this.#doShortcut(action));
  }

  /** Does something the user asked for outside the window, and tells them there when it fails. */
  #attempt(work: () => unknown): void {
    const run = async () => {
      try {
        await work();
      } catch (error) {
        const failure = toReasonError(error);
        this.#options.log.warn('an action outside the window failed', { error: failure.message });
        // While a question is open a second window would hide it.
        if (this.#isAsking) this.#options.notify('error', failure);
        else await this.#exclusively(() => this.#warn(failureWarning(failure)));
      }
    };
    void run().catch((error: unknown) => {
      this.#options.log.error('a question could not be asked', { error: toReasonError(error).message });
    });
  }

  async #doTray(action: TrayAction): Promise<void> {
    const { studio, library } = this.#options;
    switch (action.kind) {
      case 'go-live':
        return this.#exclusively(() => this.#goLive());
      case 'stop':
        return this.#stopExclusively();
      case 'panic-on':
      case 'panic-off':
        return studio.setPanic(action.kind === 'panic-on');
      case 'mute-on':
      case 'mute-off':
        return studio.setMuted(action.kind === 'mute-on');
      case 'recentre':
        return this.#options.wants('recentre');
      case 'open':
        return this.#desktop?.showWindow();
      case 'quit':
        return this.#desktop?.quit();
      case 'destination':
        return this.#tick(action.id);
      case 'avatar':
        // An id that is none would be taken for the path of a file.
        if (library.snapshot().avatars.some(({ id }) => id === action.id)) {
          await studio.configure({ avatarId: action.id });
        }
        return;
      case 'scene':
        return studio.selectScene(action.id);
      default:
        return assertNever(action);
    }
  }

  #doShortcut(action: ShortcutAction): unknown {
    const { studio, stream, recording } = this.#options;
    switch (action) {
      case 'go-live':
        return isOnAir(stream.snapshot) ? this.#stopExclusively() : this.#exclusively(() => this.#goLive());
      case 'panic':
        return studio.setPanic(!studio.snapshot.panic);
      case 'mute':
        return studio.setMuted(!studio.snapshot.muted);
      case 'recentre':
        return this.#options.wants('recentre');
      case 'record':
        return recording.toggle();
      case 'save-replay':
        return recording.saveReplay();
      case 'talk':
        // Outside the window only presses are heard, no releases.
        return this.#options.wants('toggle-talk');
      default: {
        const scene = studio.snapshot.settings.scenes[sceneIndexOf(action) ?? -1];
        return scene && studio.selectScene(scene.id);
      }
    }
  }

  /** @throws ReasonError */
  async #goLive(): Promise<void> {
    const { studio, stream, destinations, goLive } = this.#options;
    const isFree = () => stream.snapshot.kind !== 'broadcast' || stream.snapshot.phase === 'idle';
    if (!isFree()) return;
    const check = goLive.check();
    if (!check.ok) return this.#warn(cannotGoLiveWarning(blockedText(check)));
    if (studio.snapshot.settings.skipConfirm) {
      await goLive.start(check.ids);
      return;
    }
    const named = destinations.list().filter(({ id }) => check.ids.includes(id));
    const { yes, remembered } = await this.#ask(goLiveQuestion(named, studio.snapshot));
    // The window may have been quicker while the question was open.
    if (!yes || !isFree()) return;
    await goLive.start(check.ids);
    if (remembered) await studio.configure({ skipConfirm: true });
  }

  async #stop(): Promise<void> {
    const { stream } = this.#options;
    if (!isOnAir(stream.snapshot)) return;
    const { sessionId } = stream.snapshot;
    const { yes } = await this.#ask(stopQuestion());
    // It may have ended meanwhile, and another one begun that nobody asked about.
    if (yes && isOnAir(stream.snapshot) && stream.snapshot.sessionId === sessionId) await stream.stop();
  }

  async #tick(destinationId: string): Promise<void> {
    const { studio, destinations } = this.#options;
    const all = destinations.list();
    const clicked = all.find(({ id }) => id === destinationId);
    if (!clicked) return;
    await studio.setTick(clicked.id, !isTicked(clicked, all, studio.snapshot.settings.ticks));
  }

  #follow({ to }: DeepLink): void {
    this.#desktop?.showWindow();
    const wish = to === 'settings' ? 'show-settings' : to === 'rehearsal' ? 'show-rehearsal' : null;
    if (wish !== null) this.#wish(wish);
  }

  #wish(wish: Wish): void {
    if (this.#pageIsThere) this.#options.wants(wish);
    else this.#pendingWish = wish;
  }

  /** Whether the program may end; asks when people are watching. Several wishes to quit share one question. */
  #mayQuit(): Promise<boolean> {
    if (!isOnAir(this.#options.stream.snapshot)) return Promise.resolve(true);
    if (this.#quitting) return this.#quitting;
    this.#quitting = this.#ask(quitQuestion(this.#options.stream.snapshot))
      .then(({ yes }) => yes)
      .catch((error: unknown) => {
        this.#options.log.error('the question about quitting failed', {
          error: toReasonError(error).message,
        });
        return false;
      })
      .finally(() => {
        this.#quitting = null;
      });
    return this.#quitting;
  }

  get #isAsking(): boolean {
    return this.#busy || this.#quitting !== null;
  }

  /** Stops, asking first. Behind another question the wish must not be lost: the window asks instead. */
  #stopExclusively(): Promise<void> | void {
    if (!this.#isAsking) return this.#exclusively(() => this.#stop());
    if (!isOnAir(this.#options.stream.snapshot)) return;
    this.#desktop?.showWindow();
    this.#wish('confirm-stop');
  }

  /** Does nothing while another question is open or being acted upon. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#isAsking) return;
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
    }
  }

  async #ask(question: Question): Promise<{ yes: boolean; remembered: boolean }> {
    if (!this.#desktop) return { yes: false, remembered: false };
    const { button, remembered } = await this.#desktop.ask(question);
    return { yes: button === 0, remembered };
  }

  async #warn(question: Question): Promise<void> {
    if ((await this.#ask(question)).yes) this.#desktop?.showWindow();
  }
}
