import type { PipelineReport } from '../../../shared/domain/report.ts';
import { FIRST_SCENE, type Scene } from '../../../shared/domain/scene.ts';
import {
  DEFAULT_SETTINGS,
  type Picture,
  type StudioSettings,
  type StudioSnapshot,
} from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { firstReport } from './first-report.ts';
import type { AssetLibrary, SettingsStore, TrackingSource } from './ports.ts';
import {
  inOrder,
  type SceneInput,
  type SceneList,
  selecting,
  shownScene,
  withoutScene,
  withScene,
} from './scenes.ts';
import { trackingFor } from './tracking-choice.ts';

export type SettingsPatch = Partial<Omit<StudioSettings, 'picture' | 'scenes' | 'sceneId'>> & {
  picture?: Partial<Picture> | undefined;
};

export interface StudioOptions {
  readonly mode: StudioSnapshot['mode'];
  readonly contactSheet: StudioSnapshot['contactSheet'];
  readonly settings: SettingsStore;
  readonly library: AssetLibrary;
  readonly tracking: TrackingSource;
  /** Told the whole snapshot at every change. */
  readonly publish: (snapshot: StudioSnapshot) => void;
  /** A saved choice is gone (an avatar file, a background) and was replaced by the default. */
  readonly onFallback: (error: unknown) => void;
}

const CONTENT_ID = /^[0-9a-f]{64}$/;

/**
 * The desired state of the programme picture. The page makes its pipeline agree with the newest snapshot, so a
 * page that reloads, or comes late, resumes by itself.
 */
export class StudioService {
  private readonly options: StudioOptions;
  private state: StudioSnapshot | null = null;
  private newest: PipelineReport | null = null;
  private readonly reportListeners = new Set<(report: PipelineReport) => void>();
  private changes: Promise<unknown> = Promise.resolve();
  private replacing = false;

  constructor(options: StudioOptions) {
    this.options = options;
  }

  /** Resolves the saved settings and publishes the first snapshot. What cannot be found falls back to the default. */
  async start(): Promise<void> {
    this.state = {
      ...(await this.resolve(this.options.settings.load(), 1)),
      mode: this.options.mode,
      broadcast: null,
      panic: false,
      poseWanted: false,
      contactSheet: this.options.contactSheet,
    };
    this.options.publish(this.state);
  }

  /** Takes other saved settings in place of those that are on. @throws ReasonError `stream.already-live` */
  reload(): Promise<void> {
    return this.serially(async () => {
      const settings = this.options.settings.load();
      this.mustKeepPicture(settings.picture);
      this.set(await this.resolve(settings, this.snapshot.scene.turn + 1));
    });
  }

  /**
   * Lets `change` put other data in place of what is open (another account's), then takes the settings anew. Nothing
   * can begin to be sent or recorded meanwhile.
   * @throws what `change` throws; the settings stay then
   */
  replaceData(change: () => Promise<void>): Promise<void> {
    return this.serially(async () => {
      this.replacing = true;
      try {
        await change();
        this.set(await this.resolve(this.options.settings.load(), this.snapshot.scene.turn + 1));
      } finally {
        this.replacing = false;
      }
    });
  }

  get snapshot(): StudioSnapshot {
    if (!this.state) throw new Error('StudioService: start() comes first');
    return this.state;
  }

  /** The page's newest numbers; null before its first report. */
  get report(): PipelineReport | null {
    return this.newest;
  }

  /**
   * Changes settings; one change at a time, and a refused one changes nothing.
   * @throws ReasonError of what could not be resolved
   */
  configure(patch: SettingsPatch): Promise<void> {
    return this.serially(async () => {
      const { settings } = this.snapshot;
      const next: StudioSettings = {
        ...settings,
        ...withoutUndefined(patch),
        picture: { ...settings.picture, ...withoutUndefined(patch.picture ?? {}) },
      };
      this.mustKeepPicture(next.picture);
      const { library } = this.options;
      const avatar =
        next.avatarId === settings.avatarId
          ? this.snapshot.avatar
          : await library.resolveAvatar(next.avatarId);
      const tracking = await trackingFor(this.options.tracking, next);
      const secondSourceUrl =
        next.secondSource.source === settings.secondSource.source
          ? this.snapshot.secondSourceUrl
          : await this.resolveSound(next, rethrow);
      // A broadcast may have begun while that was looked up.
      this.mustKeepPicture(next.picture);
      this.options.settings.save(next);
      this.set({
        settings: next,
        avatar,
        secondSourceUrl,
        ...tracking,
      });
    });
  }

  /** Ticks or unticks a destination; null forgets about it. */
  setTick(destinationId: string, on: boolean | null): Promise<void> {
    return this.serially(async () => {
      const { settings } = this.snapshot;
      const { [destinationId]: before, ...others } = settings.ticks;
      if (on === (before ?? null)) return;
      const next = { ...settings, ticks: on === null ? others : { ...others, [destinationId]: on } };
      this.options.settings.save(next);
      this.set({ settings: next });
    });
  }

  /**
   * Adds or changes a scene; the shown one changes at once. What it begins to name must be there; what it named
   * before and is gone is left out, and said.
   * @throws ReasonError `scene.not-found`, `scene.too-many`, `background.*`, `image.not-found`
   */
  saveScene(input: SceneInput): Promise<Scene> {
    return this.serially(async () => {
      const { settings } = this.snapshot;
      const { list, scene } = withScene(settings, input);
      const stored = settings.scenes.find(({ id }) => id === scene.id);
      const { turn } = this.snapshot.scene;
      // What it names is looked for before it is kept.
      const resolved = await this.resolveScene(scene, turn, (error, what) => {
        const unchanged =
          what === 'background'
            ? stored?.background === scene.background
            : stored?.overlay?.imageId === scene.overlay?.imageId;
        if (!unchanged) throw error;
        this.options.onFallback(error);
      });
      this.keepScenes(list, scene.id === shownScene(list).id ? resolved : this.snapshot.scene);
      return scene;
    });
  }

  /** @throws ReasonError `scene.not-found`, `scene.last` */
  removeScene(id: string): Promise<void> {
    return this.serially(() => this.show(withoutScene(this.snapshot.settings, id)));
  }

  /** Fades to another scene. What of it is gone is left out, and said. @throws ReasonError `scene.not-found` */
  selectScene(id: string): Promise<void> {
    return this.serially(() => this.show(selecting(this.snapshot.settings, id)));
  }

  /** @throws ReasonError `scene.not-found` */
  orderScenes(ids: readonly string[]): Promise<void> {
    return this.serially(async () => {
      this.keepScenes(inOrder(this.snapshot.settings, ids), this.snapshot.scene);
    });
  }

  /** Looks again at the shown avatar, after its name or its thumbnail changed. */
  refreshAvatar(): Promise<void> {
    return this.serially(async () => {
      this.set({ avatar: await this.options.library.resolveAvatar(this.snapshot.settings.avatarId) });
    });
  }

  /**
   * Avatars came or went, by another device: the chosen one is shown once its file is here, and one that is gone gives
   * way to the default. Never while anything is on the air.
   */
  lookAgain(): Promise<void> {
    return this.serially(async () => {
      const { settings, avatar, broadcast } = this.snapshot;
      if (broadcast) return;
      try {
        const found = await this.options.library.resolveAvatar(settings.avatarId);
        if (found.id !== avatar.id) this.set({ avatar: found });
      } catch (error) {
        if (isGone(error)) this.set(await this.resolveAvatar(settings));
      }
    });
  }

  setPoseWanted(on: boolean): void {
    if (on !== this.snapshot.poseWanted) this.set({ poseWanted: on });
  }

  /** Looks again at what can drive the avatar, after a model came or the plan changed. */
  refreshTracking(): Promise<void> {
    return this.serially(async () =>
      this.set(await trackingFor(this.options.tracking, this.snapshot.settings)),
    );
  }

  setPanic(on: boolean): void {
    this.set({ panic: on });
  }

  setMuted(on: boolean): void {
    this.set({ muted: on });
  }

  setBroadcast(broadcast: StudioSnapshot['broadcast']): void {
    this.set({ broadcast });
  }

  /** @throws ReasonError `stream.not-ready` while the programme does not show the avatar, or data is being replaced */
  requireReady(): void {
    if (this.replacing || this.newest?.avatar.state !== 'shown') throw new ReasonError('stream.not-ready');
  }

  /** Takes the page's report. */
  receive(report: PipelineReport): void {
    this.newest = report;
    for (const listener of [...this.reportListeners]) listener(report);
  }

  /** The page is gone: what it said last holds no more. */
  pageIsGone(): void {
    this.newest = null;
  }

  onReport(listener: (report: PipelineReport) => void): () => void {
    this.reportListeners.add(listener);
    return () => this.reportListeners.delete(listener);
  }

  /**
   * Resolves with the first report (the current one included) that fits. Rejects with what `fits` throws.
   * @throws ReasonError `reason` after `timeoutMs`
   */
  waitForReport(
    fits: (report: PipelineReport) => boolean,
    timeoutMs: number,
    reason: ReasonError,
    signal?: AbortSignal,
  ): Promise<PipelineReport> {
    return firstReport(this, fits, timeoutMs, reason, signal);
  }

  /** Settings and everything that they name. */
  private async resolve(
    settings: StudioSettings,
    turn: number,
  ): Promise<
    Pick<
      StudioSnapshot,
      'settings' | 'avatar' | 'scene' | 'tracking' | 'allowed' | 'muted' | 'secondSourceUrl'
    >
  > {
    const { onFallback } = this.options;
    return {
      ...(await this.resolveAvatar(settings)),
      scene: await this.resolveScene(shownScene(settings), turn, onFallback),
      ...(await trackingFor(this.options.tracking, settings)),
      muted: settings.startMuted,
      secondSourceUrl: await this.resolveSound(settings, onFallback),
    };
  }

  /** The chosen avatar, else the default; a choice that can never be had again is given up. */
  private async resolveAvatar(
    settings: StudioSettings,
  ): Promise<Pick<StudioSnapshot, 'settings' | 'avatar'>> {
    const { library, onFallback } = this.options;
    try {
      const avatar = await library.resolveAvatar(settings.avatarId);
      // An older version knew avatars by the content of their files; a path stays what the user gave.
      const isContent = CONTENT_ID.test(settings.avatarId);
      return { settings: isContent ? { ...settings, avatarId: avatar.id } : settings, avatar };
    } catch (error) {
      onFallback(error);
      const avatar = await library.resolveAvatar(DEFAULT_SETTINGS.avatarId);
      if (!isGone(error)) return { settings, avatar };
      const next = { ...settings, avatarId: DEFAULT_SETTINGS.avatarId };
      this.options.settings.save(next);
      return { settings: next, avatar };
    }
  }

  private async show(list: SceneList): Promise<void> {
    const { scene: before } = this.snapshot;
    const shown = shownScene(list);
    const scene =
      shown.id === before.id
        ? before
        : await this.resolveScene(shown, before.turn + 1, this.options.onFallback);
    this.keepScenes(list, scene);
  }

  private keepScenes({ scenes, sceneId }: SceneList, scene: StudioSnapshot['scene']): void {
    const settings = { ...this.snapshot.settings, scenes: [...scenes], sceneId };
    this.options.settings.save(settings);
    this.set({ settings, scene });
  }

  /** Everything a scene names, as addresses. @param onGone told what is gone; the default stands in for it. */
  private async resolveScene(
    scene: Scene,
    turn: number,
    onGone: (error: unknown, what: 'background' | 'overlay') => void,
  ): Promise<StudioSnapshot['scene']> {
    const { library } = this.options;
    const background = await library.resolveBackground(scene.background).catch((error: unknown) => {
      onGone(error, 'background');
      return library.resolveBackground(FIRST_SCENE.background);
    });
    let overlay: StudioSnapshot['scene']['overlay'] = null;
    if (scene.overlay) {
      const { imageId, ...place } = scene.overlay;
      const image = await library.resolveImage(imageId).catch((error: unknown) => {
        onGone(error, 'overlay');
        return null;
      });
      overlay = image && { ...place, url: image.url };
    }
    const { id, name, capture, avatar } = scene;
    return { id, name, turn, background, capture, avatar, overlay };
  }

  /** Address of the sound that is mixed in; null: none. @param onGone told that it is gone */
  private async resolveSound(
    { secondSource }: StudioSettings,
    onGone: (error: unknown) => void,
  ): Promise<string | null> {
    const id = /^sound:(.+)$/.exec(secondSource.source)?.[1];
    if (!id) return null;
    const sound = await this.options.library.resolveSound(id).catch((error: unknown) => {
      onGone(error);
      return null;
    });
    return sound?.url ?? null;
  }

  /** @throws ReasonError `stream.already-live` */
  private mustKeepPicture(picture: Picture): void {
    const { broadcast, settings } = this.snapshot;
    if (!broadcast || JSON.stringify(picture) === JSON.stringify(settings.picture)) return;
    // A stream that changes its size is dropped by most services.
    throw new ReasonError('stream.already-live', 'the picture size is fixed while live');
  }

  private set(change: Partial<StudioSnapshot>): void {
    this.state = { ...this.snapshot, ...change };
    this.options.publish(this.state);
  }

  private serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.changes.then(work, work);
    this.changes = result.catch(() => undefined);
    return result;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ReasonError && error.reason === 'avatar.not-found';
}

function rethrow(error: unknown): never {
  throw error;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
