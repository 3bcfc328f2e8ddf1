import { setTimeout as pause } from 'node:timers/promises';
import type { RenditionName, X264Preset } from '../../shared/domain/encoding.ts';
import type { MediaPacket, PcmPacket, RawPacket, VideoPacket } from '../../shared/domain/media-packet.ts';
import type { MediaStatus } from '../../shared/domain/stream-state.ts';
import { AdaptiveBitrate } from './adaptive-bitrate.ts';
import { AudioTrack } from './audio-track.ts';
import { DestinationSet } from './destination-set.ts';
import { DiskWatch } from './disk-watch.ts';
import type { EncodedPicture } from './encoder/encoder-child.ts';
import type { RawPath } from './encoder/raw-path.ts';
import { RawPaths } from './encoder/raw-paths.ts';
import type { EngineOptions, StartMessage } from './engine-options.ts';
import { allFfmpegGone } from './ffmpeg/child.ts';
import { CARD_LOOK_MS } from './page-silence.ts';
import type { ParsedDestination } from './protocol.ts';
import { RawCardStandIn } from './raw-card.ts';
import { RenditionStream } from './rendition.ts';
import { Replay, type ReplayResult } from './replay.ts';
import { SessionClock } from './session-clock.ts';
import type { AudioUnit } from './units.ts';

const KEY_FRAME_RETRY_MS = 1_000;
const KEY_FRAME_ASK_MS = 100;
const BITRATE_LOOK_MS = 250;
const EARLY_PCM_PACKETS = 200;
const AUDIO_GRACE_MS = 1_500;
const REPLAY_GRACE_MS = 4_000;

/** One broadcast: packets in, every destination served from one of at most three encodes. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #epoch: number;
  readonly #clock: SessionClock;
  readonly #audio: AudioTrack;
  readonly #renditions: readonly RenditionStream[];
  readonly #destinations: DestinationSet;
  readonly #replay: Replay;
  readonly #disk: DiskWatch;
  readonly #rawPaths: RawPaths;
  readonly #rawCard: RawCardStandIn;
  readonly #timers: NodeJS.Timeout[];
  readonly #askedMs = new Map<RenditionStream, number>();
  /** Sound from before the first picture. */
  #early: PcmPacket[] = [];
  #videoPackets = 0;
  #videoBytes = 0;
  #cardFrames = 0;
  /** Session time of the newest raw picture of the programme. */
  #rawUs = 0;
  #ended = false;

  constructor(options: EngineOptions) {
    const { start, log } = options;
    this.#options = options;
    this.#epoch = start.epoch & 0xffff;
    this.#clock = new SessionClock(start.fps);
    this.#rawPaths = new RawPaths({
      ffmpeg: start.ffmpeg,
      fps: start.fps,
      preset: start.preset,
      onPicture: (name, picture) => this.#encoded(name, picture),
      onFailed: options.onEncodersFailed,
      log,
    });
    this.#rawCard = new RawCardStandIn(start.fps);
    this.#renditions = start.renditions.map((spec) => new RenditionStream(spec, start.fps));
    this.#replay = new Replay(start.replaySeconds, start.ffmpeg, this.#renditions);
    this.#destinations = new DestinationSet({
      ffmpeg: start.ffmpeg,
      fps: start.fps,
      renditions: this.#renditions,
      onChange: options.onChange,
      needKeyFrame: (rendition) => this.#needKeyFrame(rendition),
      log,
    });
    this.#disk = new DiskWatch({
      minFreeBytes: start.minFreeBytes,
      files: () => this.#destinations.files(),
      onLow: (id, freeBytes) => this.#destinations.stopForSpace(id, freeBytes),
    });
    this.#audio = new AudioTrack({
      ffmpeg: start.ffmpeg,
      offsetMs: start.audioOffsetMs,
      log,
      onUnit: (unit) => this.#sound(unit),
    });
    if (start.encoders.length > 0) this.setEncoders(start.encoders);
    for (const destination of start.destinations) this.#destinations.add(destination);
    for (const rendition of this.#renditions) {
      if (this.#used(rendition)) this.#needKeyFrame(rendition);
    }
    this.#timers = [
      setInterval(() => this.#lookAtKeyFrames(), KEY_FRAME_RETRY_MS),
      setInterval(() => this.#standIn(), CARD_LOOK_MS),
    ];
    if (start.adaptive) {
      const bitrate = new AdaptiveBitrate(this.#renditions, (rendition, kbps) =>
        this.#setBitrate(rendition, kbps),
      );
      this.#timers.push(setInterval(() => bitrate.look(performance.now()), BITRATE_LOOK_MS));
    }
  }

  packet(packet: MediaPacket): void {
    if (this.#ended || packet.epoch !== this.#epoch) return;
    switch (packet.kind) {
      case 'pcm':
        this.#pcm(packet);
        return;
      case 'raw':
        if (packet.card) this.#rawCard.keep(packet);
        else this.#picture(packet);
        return;
      case 'video': {
        const rendition = this.#renditions.find(({ index }) => index === packet.rendition);
        if (!rendition) return;
        if (packet.card) rendition.card.keep(packet);
        else this.#video(packet, rendition);
      }
    }
  }

  add(destination: ParsedDestination): void {
    if (this.#ended) return;
    this.#destinations.add(destination);
    this.#options.onChange();
  }

  remove(id: string): void {
    this.#destinations.remove(id);
  }

  retry(id: string): void {
    this.#destinations.retry(id);
  }

  /** Another page is attached: its encoders know nothing of the bitrate that the network allows. */
  pageAttached(): void {
    if (this.#raw) return;
    for (const { name, targetKbps, spec } of this.#renditions) {
      if (targetKbps !== spec.bitrateKbps) this.#options.setBitrate(name, targetKbps);
    }
  }

  setAudioOffset(ms: number): void {
    this.#audio.setOffsetMs(ms);
  }

  /** What libx264 is run with, now or when its turn comes. */
  setPreset(preset: X264Preset): void {
    this.#rawPaths.setPreset(preset);
  }

  /** Raw pictures are encoded by these from now on; none of them: pictures come encoded. */
  setEncoders(encoders: StartMessage['encoders']): void {
    this.#rawPaths.use(encoders);
    this.#rawCard.reset();
    if (encoders.length === 0) {
      for (const rendition of this.#renditions) {
        rendition.expectStart();
        if (this.#used(rendition)) this.#needKeyFrame(rendition);
      }
      return;
    }
    // The cards of the page's encoder do not fit to what comes now.
    for (const rendition of this.#renditions) rendition.card.reset();
    this.#rawUs = this.#clock.lastUs;
    if (this.#clock.started) this.#rawCard.programme(performance.now());
  }

  saveReplay(path: string): Promise<ReplayResult> {
    return this.#replay.save(path);
  }

  status(): MediaStatus {
    const nowMs = performance.now();
    const used = this.#renditions.filter((rendition) => this.#used(rendition));
    return {
      destinations: this.#destinations.status(),
      videoPackets: this.#videoPackets,
      videoBytes: this.#videoBytes,
      cardFrames: this.#cardFrames,
      audioSeconds: this.#audio.seconds,
      audioFilledSeconds: this.#audio.filledSeconds,
      audioOffsetMs: this.#audio.offsetMs,
      memoryMb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
      connected: this.#options.connected(),
      card: this.#rawCard.showing || used.some(({ card }) => card.showing),
      renditions: used.map((rendition) => rendition.status(nowMs)),
      encoder: this.#raw?.status() ?? null,
      audioDriftMs: this.#audio.driftMs,
      audioPid: this.#audio.pid,
      replaySeconds: this.#replay.seconds,
      diskFreeBytes: this.#disk.freeBytes,
    };
  }

  /** Ends every destination in order. Resolves when no FFmpeg is left; names those that had to be killed. */
  async stop(): Promise<string[]> {
    this.#ended = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#disk.close();
    const leftOver: string[] = [];
    const [audioKilled, videoKilled] = await Promise.all([
      this.#audio.end(this.#clock.lastUs, AUDIO_GRACE_MS),
      this.#rawPaths.end(),
    ]);
    if (audioKilled) leftOver.push('audio encoder');
    if (videoKilled) leftOver.push('video encoder');
    leftOver.push(...(await this.#destinations.stop()));
    await Promise.race([this.#replay.idle(), pause(REPLAY_GRACE_MS, undefined, { ref: false })]);
    for (const pid of await allFfmpegGone(500)) leftOver.push(`ffmpeg ${pid}`);
    return leftOver;
  }

  get #raw(): RawPath | null {
    return this.#rawPaths.current;
  }

  #used(rendition: RenditionStream): boolean {
    return rendition.served || this.#replay.source() === rendition;
  }

  #needKeyFrame(rendition: RenditionStream): void {
    // The encoders of the raw path begin with a key frame and make one every two seconds.
    if (!this.#raw) this.#options.needKeyFrame(rendition.name);
  }

  #video(packet: VideoPacket, rendition: RenditionStream): void {
    // The page has not heard yet that raw pictures are wanted.
    if (this.#raw) return;
    this.#videoPackets++;
    this.#videoBytes += packet.data.length;
    const picture = rendition.take(packet);
    if (picture === 'lost') this.#askOnceMore(rendition);
    if (picture === 'lost' || picture === null) return;
    const timeUs = this.#begin(packet.timestampUs, rendition.index);
    const wasShowing = rendition.card.showing;
    const nowMs = performance.now();
    rendition.card.programme(nowMs);
    if (wasShowing) this.#options.onChange();
    rendition.programmeUs = timeUs;
    const { start, data, config, restart } = picture;
    if (restart) this.#sayFormat(rendition);
    this.#show({ kind: 'video', start, timeUs, data, config }, rendition, nowMs, restart);
  }

  /** A raw picture of the programme. */
  #picture(packet: RawPacket): void {
    if (!this.#raw) return;
    this.#videoPackets++;
    const timeUs = this.#begin(packet.timestampUs, 0);
    const wasShowing = this.#rawCard.showing;
    this.#rawCard.programme(performance.now());
    if (wasShowing) this.#options.onChange();
    this.#rawUs = timeUs;
    this.#encode(packet, timeUs);
  }

  #encode(packet: RawPacket, timeUs: number): void {
    for (const rendition of this.#renditions) {
      if (this.#used(rendition))
        this.#raw?.encode(rendition.name, rendition.spec, packet, packet.data, timeUs);
    }
  }

  #encoded(name: RenditionName, encoded: EncodedPicture): void {
    const rendition = this.#renditions.find((other) => other.name === name);
    if (!rendition) return;
    if (rendition.index === 0) this.#videoBytes += encoded.data.length;
    const { start, data, config, restart } = rendition.takeEncoded(encoded);
    if (restart) this.#sayFormat(rendition);
    this.#show(
      { kind: 'video', start, timeUs: encoded.timeUs, data, config },
      rendition,
      performance.now(),
      restart,
    );
  }

  #sayFormat({ name, config }: RenditionStream): void {
    this.#options.log('info', `picture format of ${name} is now ${config?.width}x${config?.height}`);
  }

  /** Session time of a picture; the very first one opens the sound as well. */
  #begin(timestampUs: number, rendition: number): number {
    const first = !this.#clock.started;
    const timeUs = this.#clock.video(timestampUs, rendition);
    if (first) this.#openAudio();
    this.#audio.picture(this.#clock.lastUs);
    return timeUs;
  }

  #standIn(): void {
    const nowMs = performance.now();
    if (this.#raw) {
      const wasShowing = this.#rawCard.showing;
      const card = this.#rawCard.due(nowMs, this.#options.connected());
      if (!card) return;
      if (!wasShowing) this.#sayCard();
      const wantedUs = this.#rawUs + this.#rawCard.goneMs(nowMs) * 1000;
      const timeUs = this.#clock.standIn(wantedUs, 0);
      if (timeUs < wantedUs) this.#rawUs -= wantedUs - timeUs;
      this.#cardFrames++;
      this.#audio.picture(timeUs);
      this.#encode(card, timeUs);
      return;
    }
    for (const rendition of this.#renditions) this.#standInFor(rendition, nowMs);
  }

  /** Sends the card while the page is gone. It goes on where the programme ended, at the pace of this clock. */
  #standInFor(rendition: RenditionStream, nowMs: number): void {
    const { card, config } = rendition;
    if (!card.look(nowMs) || !this.#used(rendition)) return;
    const wasShowing = card.showing;
    const data = card.due(nowMs, this.#options.connected(), config);
    if (!data || !config) return;
    if (!wasShowing) {
      this.#sayCard();
      this.#needKeyFrame(rendition);
    }
    const wantedUs = rendition.programmeUs + card.goneMs(nowMs) * 1000;
    const timeUs = this.#clock.standIn(wantedUs, rendition.index);
    // Too far ahead: what comes after it goes on from here, at the same pace.
    if (timeUs < wantedUs) rendition.programmeUs -= wantedUs - timeUs;
    this.#cardFrames++;
    this.#audio.picture(this.#clock.lastUs);
    this.#show({ kind: 'video', start: true, timeUs, data, config }, rendition, nowMs, false);
  }

  #sayCard(): void {
    this.#options.log('warn', 'no picture comes from the page: the card is shown');
    this.#options.onChange();
  }

  #lookAtKeyFrames(): void {
    for (const rendition of this.#renditions) {
      if (!this.#used(rendition)) {
        rendition.rest();
        this.#rawPaths.close(rendition.name);
      } else if (!rendition.config || rendition.waiting || rendition.card.showing) {
        this.#needKeyFrame(rendition);
      }
    }
  }

  /** Tells the encoder of a rendition its bitrate; false when it is not worth a key frame. */
  #setBitrate(rendition: RenditionStream, kbps: number): boolean {
    if (!this.#raw) this.#options.setBitrate(rendition.name, kbps);
    else if (!this.#raw.retarget(rendition.name, kbps)) return false;
    this.#options.log('info', `bitrate of ${rendition.name} is now ${kbps} kbit/s`);
    this.#options.onChange();
    return true;
  }

  /** At most once per tenth of a second: the answer takes a while, and pictures keep coming. */
  #askOnceMore(rendition: RenditionStream): void {
    const nowMs = performance.now();
    if (nowMs - (this.#askedMs.get(rendition) ?? 0) < KEY_FRAME_ASK_MS) return;
    this.#askedMs.set(rendition, nowMs);
    this.#needKeyFrame(rendition);
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

  #sound(unit: AudioUnit): void {
    const nowMs = performance.now();
    for (const rendition of this.#renditions) rendition.distribute(unit, nowMs);
    this.#replay.sound(unit);
  }

  #show(
    unit: Parameters<Replay['picture']>[1],
    rendition: RenditionStream,
    nowMs: number,
    restart: boolean,
  ): void {
    rendition.distribute(unit, nowMs, restart);
    this.#replay.picture(rendition, unit);
  }
}
