import type { MediaPacket, PcmPacket, VideoPacket } from '../../shared/domain/media-packet.ts';
import type { MediaStatus } from '../../shared/domain/stream-state.ts';
import { toReasonError } from '../../shared/errors.ts';
import {
  buildAvcC,
  codecString,
  isStartPoint,
  readAccessUnit,
  sameBytes,
  toLengthPrefixed,
} from './annexb.ts';
import { AudioTrack } from './audio-track.ts';
import { CARD_LOOK_MS, CardStandIn } from './card.ts';
import { Destination } from './destination.ts';
import { allFfmpegGone } from './ffmpeg/child.ts';
import { GopCache } from './gop-cache.ts';
import type { MainToMedia, MediaDestination, MediaToMain } from './protocol.ts';
import { type Recipe, recipeFor } from './recipes.ts';
import { SessionClock } from './session-clock.ts';
import type { MediaUnit, VideoConfig } from './units.ts';

export type StartMessage = Extract<MainToMedia, { type: 'start' }>;
export type LogLevel = Extract<MediaToMain, { type: 'log' }>['level'];

const KEY_FRAME_RETRY_MS = 1_000;
const KEY_FRAME_ASK_MS = 100;
const NO_SETS = new Uint8Array(0);
const EARLY_PCM_PACKETS = 200;
const AUDIO_GRACE_MS = 1_500;
const DESTINATION_GRACE_MS = 4_000;

export interface EngineOptions {
  readonly start: StartMessage;
  readonly onChange: () => void;
  readonly needKeyFrame: () => void;
  /** A page is attached. */
  readonly connected: () => boolean;
  readonly log: (level: LogLevel, message: string) => void;
}

/** One broadcast: packets in, every destination served from one encode. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #epoch: number;
  readonly #clock: SessionClock;
  readonly #cache = new GopCache();
  readonly #audio: AudioTrack;
  readonly #destinations: readonly Destination[];
  readonly #keyFrameTimer: NodeJS.Timeout;
  readonly #cardTimer: NodeJS.Timeout;
  readonly #card: CardStandIn;
  #config: VideoConfig | null = null;
  /** Sound from before the first picture. */
  #early: PcmPacket[] = [];
  #videoPackets = 0;
  #videoBytes = 0;
  #cardFrames = 0;
  /** Session time of the programme's last picture. */
  #programmeUs = 0;
  #askedMs = 0;
  #ended = false;

  constructor(options: EngineOptions) {
    const { start, log } = options;
    this.#options = options;
    this.#epoch = start.epoch & 0xffff;
    this.#clock = new SessionClock(start.fps);
    this.#card = new CardStandIn(start.fps);
    this.#destinations = start.destinations.map((destination) => this.#destination(destination));
    this.#audio = new AudioTrack({ ffmpeg: start.ffmpeg, log, onUnit: (unit) => this.#distribute(unit) });
    for (const destination of this.#destinations) destination.start();
    options.needKeyFrame();
    this.#keyFrameTimer = setInterval(() => {
      const waiting = this.#destinations.some((destination) => destination.waiting);
      if (!this.#config || waiting || this.#card.showing) options.needKeyFrame();
    }, KEY_FRAME_RETRY_MS);
    this.#cardTimer = setInterval(() => this.#standIn(), CARD_LOOK_MS);
  }

  packet(packet: MediaPacket): void {
    if (this.#ended || packet.epoch !== this.#epoch) return;
    if (packet.kind === 'video' && packet.card) this.#card.keep(packet);
    else if (packet.kind === 'video') this.#video(packet);
    else this.#pcm(packet);
  }

  status(): MediaStatus {
    return {
      destinations: this.#destinations.map((destination) => destination.status()),
      videoPackets: this.#videoPackets,
      videoBytes: this.#videoBytes,
      cardFrames: this.#cardFrames,
      audioSeconds: this.#audio.seconds,
      audioFilledSeconds: this.#audio.filledSeconds,
      audioOffsetMs: this.#audio.offsetMs,
      memoryMb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
      connected: this.#options.connected(),
      card: this.#card.showing,
    };
  }

  /** Ends every destination in order. Resolves when no FFmpeg is left; names those that had to be killed. */
  async stop(): Promise<string[]> {
    this.#ended = true;
    clearInterval(this.#keyFrameTimer);
    clearInterval(this.#cardTimer);
    const leftOver: string[] = [];
    if (await this.#audio.end(this.#clock.lastUs, AUDIO_GRACE_MS)) leftOver.push('audio encoder');
    await Promise.all(
      this.#destinations.map(async (destination) => {
        if (await destination.stop(DESTINATION_GRACE_MS)) leftOver.push(destination.name);
      }),
    );
    for (const pid of await allFfmpegGone(500)) leftOver.push(`ffmpeg ${pid}`);
    return leftOver;
  }

  #destination(destination: MediaDestination): Destination {
    const { start, onChange, needKeyFrame, log } = this.#options;
    let recipe: Recipe | null = null;
    try {
      recipe = recipeFor(destination, start.ffmpeg, destination.resumed ?? false);
    } catch (error) {
      log('warn', `${destination.name}: ${toReasonError(error).message}`);
    }
    return new Destination({
      id: destination.id,
      name: destination.name,
      kind: destination.kind,
      url: recipe?.url ?? '',
      recipe: recipe?.make ?? 'destination.bad-url',
      cache: this.#cache,
      resumed: destination.resumed ?? false,
      onChange,
      needKeyFrame,
      log,
    });
  }

  #video(packet: VideoPacket): void {
    this.#videoPackets++;
    this.#videoBytes += packet.data.length;
    const unit = readAccessUnit(packet.data);
    const start = isStartPoint(unit);
    // What follows the card refers to a picture that viewers no longer have.
    if (this.#card.showing && !start) {
      this.#askOnceMore();
      return;
    }
    let restart = false;
    if (start) {
      const avcC = buildAvcC(unit.sps, unit.pps);
      const before = this.#config;
      if (!before || !sameBytes(before.avcC, avcC) || before.width !== packet.width) {
        const codec = codecString(unit.sps[0]!);
        const { width, height } = packet;
        restart =
          before !== null && (before.width !== width || before.height !== height || before.codec !== codec);
        // Parameter sets that merely got another number travel inside the stream.
        if (!before || restart) this.#config = { avcC, codec, width, height };
      }
    }
    const config = this.#config;
    if (!config) return;
    const first = !this.#clock.started;
    const timeUs = this.#clock.video(packet.timestampUs);
    if (first) this.#openAudio();
    this.#audio.picture(timeUs);
    const data = toLengthPrefixed(unit, this.#card.changedSets ? NO_SETS : config.avcC);
    if (data.length === 0) return;
    const wasShowing = this.#card.showing;
    this.#card.programme(performance.now());
    if (wasShowing) this.#options.onChange();
    this.#programmeUs = timeUs;
    if (restart) this.#options.log('info', `picture format is now ${config.width}x${config.height}`);
    this.#distribute({ kind: 'video', start, timeUs, data, config }, restart);
  }

  /** Sends the card while the page is gone. It goes on where the programme ended, at the pace of this clock. */
  #standIn(): void {
    const nowMs = performance.now();
    if (!this.#card.look(nowMs)) return;
    const config = this.#config;
    const wasShowing = this.#card.showing;
    const data = this.#card.due(nowMs, this.#options.connected(), config);
    if (!data || !config) return;
    if (!wasShowing) {
      this.#options.log('warn', 'no picture comes from the page: the card is shown');
      this.#options.needKeyFrame();
      this.#options.onChange();
    }
    const wantedUs = this.#programmeUs + this.#card.goneMs(nowMs) * 1000;
    const timeUs = this.#clock.standIn(wantedUs);
    // Too far ahead: what comes after it goes on from here, at the same pace.
    if (timeUs < wantedUs) this.#programmeUs -= wantedUs - timeUs;
    this.#cardFrames++;
    this.#audio.picture(timeUs);
    this.#distribute({ kind: 'video', start: true, timeUs, data, config });
  }

  /** At most once per tenth of a second: the answer takes a while, and pictures keep coming. */
  #askOnceMore(): void {
    const nowMs = performance.now();
    if (nowMs - this.#askedMs < KEY_FRAME_ASK_MS) return;
    this.#askedMs = nowMs;
    this.#options.needKeyFrame();
  }

  #openAudio(): void {
    for (const packet of this.#early) this.#audio.pcm(this.#clock.audio(packet.timestampUs), packet.data);
    this.#early = [];
  }

  #pcm(packet: PcmPacket): void {
    if (this.#clock.started) {
      this.#audio.pcm(this.#clock.audio(packet.timestampUs), packet.data);
      return;
    }
    this.#early.push(packet);
    if (this.#early.length > EARLY_PCM_PACKETS) this.#early.shift();
  }

  #distribute(unit: MediaUnit, restart = false): void {
    this.#cache.push(unit);
    for (const destination of this.#destinations) {
      if (restart) destination.restart();
      destination.feed(unit);
    }
  }
}
