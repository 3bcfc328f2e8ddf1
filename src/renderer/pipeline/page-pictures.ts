import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { thumbnailUpload } from '../../shared/ipc/library.ts';
import { pictureUpload } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import { sendContactSheetCells } from './contact-sheet-feed.ts';
import type { StageClient } from './stage-client.ts';
import type { Tracker } from './tracker/tracker.ts';

/** Pictures that the page makes for main: snapshots, contact sheets and portraits of avatars. */
export class PagePictures {
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly portraits = new Set<string>();

  /** @param tell hears what failed, for the log */
  constructor(client: StudioClient, tell: (message: string) => void) {
    this.client = client;
    this.tell = tell;
  }

  /** One portrait of every avatar that lacks one, once per page: a refused upload is not tried for ever. */
  wantPortrait({ avatar }: StudioSnapshot, stage: StageClient): void {
    if (!avatar.wantsThumbnail || this.portraits.has(avatar.id)) return;
    this.portraits.add(avatar.id);
    stage.makeThumbnail(avatar.id);
  }

  takeContactSheet(
    id: number,
    wanted: NonNullable<StudioSnapshot['contactSheet']>,
    tracker: Tracker,
    stage: StageClient,
  ): void {
    const port = stage.contactSheet(id, wanted.rows, wanted.everyMs);
    sendContactSheetCells(tracker, port, wanted.rows, wanted.everyMs).catch((error: unknown) =>
      this.tell(`contact sheet: ${String(error)}`),
    );
  }

  upload(id: number, png: ArrayBuffer): void {
    this.client
      .upload(pictureUpload, { id }, new Blob([png], { type: 'image/png' }))
      .catch((error: unknown) => this.tell(`picture: ${String(error)}`));
  }

  uploadPortrait(avatarId: string, png: ArrayBuffer): void {
    this.client
      .upload(thumbnailUpload, { avatarId }, new Blob([png], { type: 'image/png' }))
      .catch((error: unknown) => this.tell(`thumbnail: ${String(error)}`));
  }
}
