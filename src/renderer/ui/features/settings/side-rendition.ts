import { type Rendition, type RenditionName, renditionCost } from '../../../../shared/domain/encoding.ts';
import {
  isUpright,
  PICTURE_PRESETS,
  type Picture,
  type StudioSettings,
  turnedPicture,
} from '../../../../shared/domain/studio.ts';

/** Size and bitrate of an encode beside the programme's own. */
export type SideRendition = NonNullable<StudioSettings['second']>;

/** Another size than the programme's to begin with: the next larger one, else the next smaller. Pure. */
export function proposedSide(picture: Picture): SideRendition {
  const sizes = PICTURE_PRESETS.map((preset) => (isUpright(picture) ? turnedPicture(preset) : preset));
  const pixels = picture.width * picture.height;
  const { width, height, bitrateKbps } =
    sizes.find((each) => each.width * each.height > pixels) ??
    sizes.findLast((each) => each.width * each.height < pixels) ??
    sizes[0]!;
  return { width, height, bitrateKbps };
}

export interface SideCost {
  /** Encoding work that is added, percent of what the programme alone takes. */
  readonly percent: number;
  /** Upload of all destinations together, kbit/s; null where nothing is uploaded. */
  readonly upload: { readonly before: number; readonly after: number } | null;
}

/**
 * What a second encode costs with these destinations on. Where none of them has it yet, as if the first one would get
 * it: a second encode that nobody gets would cost nothing and be of no use. Pure.
 */
export function secondCost(
  { picture, renditions }: Pick<StudioSettings, 'picture' | 'renditions'>,
  second: SideRendition,
  destinationIds: readonly string[],
): SideCost {
  const both: Rendition[] = [mainOf(picture), { ...second, name: 'second' }];
  const chosen = destinationIds.map((id): RenditionName => renditions[id] ?? 'main');
  const uses = chosen.includes('second') ? chosen : chosen.map((use, at) => (at === 0 ? 'second' : use));
  const upload = destinationIds.length > 0 && {
    before: renditionCost(
      both,
      chosen.map(() => 'main'),
    ).uploadKbps,
    after: renditionCost(both, uses).uploadKbps,
  };
  return { percent: addedWork(both), upload: upload || null };
}

/** What an encode of its own costs a recording. Pure. */
export function recordingCost(picture: Picture, own: SideRendition): SideCost {
  return { percent: addedWork([mainOf(picture), { ...own, name: 'recording' }]), upload: null };
}

function mainOf({ width, height, bitrateKbps }: Picture): Rendition {
  return { name: 'main', width, height, bitrateKbps };
}

/** Percent of the first one's work. */
function addedWork(renditions: readonly Rendition[]): number {
  const { work } = renditionCost(
    renditions,
    renditions.map(({ name }) => name),
  );
  return Math.round((work - 1) * 100);
}
