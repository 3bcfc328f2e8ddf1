/** Pictures of a clip by time, for the contact sheet of a recorded performance. */
export class ClipPictures {
  private readonly video = document.createElement('video');
  private queue: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.video.muted = true;
    this.video.preload = 'auto';
    this.video.src = url;
  }

  /**
   * The clip's frame that is shown at `seconds`; one seek at a time.
   * @throws Error when the clip cannot be read
   */
  at(seconds: number): Promise<ImageBitmap> {
    const picture = this.queue.then(
      () => this.seek(seconds),
      () => this.seek(seconds),
    );
    this.queue = picture;
    return picture;
  }

  close(): void {
    this.video.removeAttribute('src');
    this.video.load();
  }

  private async seek(seconds: number): Promise<ImageBitmap> {
    const { video } = this;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) await until(video, 'loadedmetadata');
    const seeked = until(video, 'seeked');
    // A millisecond into the frame: exactly on its edge a decoder may show the one before.
    video.currentTime = Math.min(seconds + 0.001, Math.max(0, video.duration - 0.001));
    await seeked;
    return createImageBitmap(video);
  }
}

function until(video: HTMLVideoElement, event: 'loadedmetadata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      video.removeEventListener(event, done);
      video.removeEventListener('error', failed);
      resolve();
    };
    const failed = () => {
      video.removeEventListener(event, done);
      video.removeEventListener('error', failed);
      reject(new Error(video.error?.message || 'the clip cannot be read'));
    };
    video.addEventListener(event, done);
    video.addEventListener('error', failed);
  });
}
