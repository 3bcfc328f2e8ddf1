/** So many failures in a row are not the frame's. */
const FAILURES_MAX = 10;

/**
 * Copies of camera frames in memory of our own, so that the camera gets its few buffers back at once. The buffer is
 * reused: one at a time.
 */
export class FrameCopier {
  private buffer = new Uint8Array(0);
  private failures = 0;

  /**
   * Closes the frame.
   * @returns one with the same pixels and times, to be closed too; null when this one could not be copied
   * @throws what the copy threw, when it was the tenth failure in a row
   */
  async take(frame: VideoFrame): Promise<VideoFrame | null> {
    try {
      const copy = await this.copy(frame);
      this.failures = 0;
      return copy;
    } catch (error) {
      if (++this.failures >= FAILURES_MAX) throw error;
      return null;
    }
  }

  private async copy(frame: VideoFrame): Promise<VideoFrame> {
    const { format, colorSpace, timestamp, displayWidth, displayHeight, visibleRect } = frame;
    // Without a format there are no pixels to read: such a frame is on the graphics card alone.
    if (!format || !visibleRect) return frame;
    try {
      const size = frame.allocationSize();
      if (this.buffer.byteLength < size) this.buffer = new Uint8Array(size);
      const layout = await frame.copyTo(this.buffer);
      return new VideoFrame(this.buffer, {
        format,
        codedWidth: visibleRect.width,
        codedHeight: visibleRect.height,
        displayWidth,
        displayHeight,
        timestamp,
        layout,
        colorSpace,
      });
    } finally {
      frame.close();
    }
  }
}
