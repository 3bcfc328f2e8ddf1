import { checkDestinations } from '../../../shared/domain/destination-choice.ts';
import {
  type StudioSettings,
  type StudioSnapshot,
  studioSettingsSchema,
} from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { type ShortcutsSnapshot, shortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { Desktop } from '../../host/port.ts';
import { silentLog } from '../../logging/log.ts';
import { DesktopService } from './desktop-service.ts';
import { FakeDesktop, settled, strict } from './fake-desktop.ts';
import { avatar, destination, onAir, streamState, studioState } from './fixtures.ts';

/** The service at work, for tests: everything it acts upon, as plain values to be read and changed. */
export class Desk {
  readonly fake = new FakeDesktop();
  studio: StudioSnapshot = studioState();
  stream = streamState();
  destinations: Destination[] = [destination('Main', { isDefault: true }), destination('Second')];
  ready = true;
  readonly started: (readonly string[])[] = [];
  stops = 0;
  readonly recordings: string[] = [];
  readonly wishes: string[] = [];
  readonly pressed: string[] = [];
  readonly notices: [string, Reason, string | undefined][] = [];
  shortcuts: ShortcutsSnapshot[] = [];
  fail: { start?: Reason; configure?: Reason; scene?: Reason } = {};
  readonly service: DesktopService;

  constructor() {
    this.service = this.create(strict(this.fake));
    this.service.start();
  }

  configure(patch: Partial<StudioSettings>): void {
    const settings = studioSettingsSchema.parse({ ...this.studio.settings, ...patch });
    this.studio = { ...this.studio, settings };
    this.service.changed();
  }

  goOnAir(snapshot: ReturnType<typeof streamState>): void {
    this.stream = snapshot;
    this.service.changed();
  }

  async click(id: string): Promise<void> {
    this.fake.click(id);
    await settled();
  }

  create(desktop: Desktop | null): DesktopService {
    const desk = this;
    return new DesktopService({
      desktop,
      studio: {
        get snapshot() {
          return desk.studio;
        },
        configure: async (patch) => {
          failing(desk.fail.configure);
          desk.configure(patch);
        },
        setTick: async (id, on) => {
          failing(desk.fail.configure);
          desk.configure({ ticks: { ...desk.studio.settings.ticks, [id]: on } });
        },
        selectScene: async (id) => {
          failing(desk.fail.scene);
          desk.studio = { ...desk.studio, scene: { ...desk.studio.scene, id } };
        },
        setPanic: (on) => {
          desk.studio = { ...desk.studio, panic: on };
        },
        setMuted: (on) => {
          desk.studio = { ...desk.studio, muted: on };
        },
      },
      recording: {
        toggle: async () => desk.recordings.push('toggle'),
        saveReplay: async () => desk.recordings.push('replay'),
      },
      stream: {
        get snapshot() {
          return desk.stream;
        },
        stop: async () => {
          desk.stops++;
          desk.goOnAir(streamState());
        },
      },
      destinations: { list: () => desk.destinations },
      library: { snapshot: () => ({ avatars: [avatar('vida', 'Vida'), avatar('hero', 'Hero')] }) },
      goLive: {
        check: () => checkDestinations(desk.destinations, desk.studio.settings.ticks, desk.ready),
        start: async (ids) => {
          failing(desk.fail.start);
          desk.started.push(ids);
          desk.goOnAir(onAir(Object.fromEntries(desk.destinations.map(({ name }) => [name, 'live']))));
        },
      },
      publishShortcuts: (snapshot) => desk.shortcuts.push(shortcutsSnapshot.payload.parse(snapshot)),
      wants: (wish) => desk.wishes.push(wish),
      pressExpression: (id) => desk.pressed.push(id),
      notify: (level, error) => desk.notices.push([level, error.reason, error.detail]),
      log: silentLog,
    });
  }
}

function failing(reason: Reason | undefined): void {
  if (reason) throw new ReasonError(reason);
}
