/** Shapes this close are taken for the same: 854×480 and 640×360 differ by less than a pixel's width. */
const SHAPE_TOLERANCE = 0.01;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether one size can be scaled to the other without a picture that looks stretched. */
export function sameShape(a: Size, b: Size): boolean {
  const across = a.width * b.height;
  return Math.abs(across - b.width * a.height) <= SHAPE_TOLERANCE * across;
}

/** Scales the programme to a size, whole and in its own shape, with black where it does not reach. */
export class PictureFit {
  readonly canvas: OffscreenCanvas;
  private readonly context: OffscreenCanvasRenderingContext2D;

  constructor({ width, height }: Size) {
    this.canvas = new OffscreenCanvas(width, height);
    // Opaque, it begins black.
    this.context = this.canvas.getContext('2d', { alpha: false })!;
    this.context.imageSmoothingQuality = 'medium';
  }

  draw(source: OffscreenCanvas): OffscreenCanvas {
    const { canvas, context } = this;
    const scale = Math.min(canvas.width / source.width, canvas.height / source.height);
    const width = Math.round(source.width * scale);
    const height = Math.round(source.height * scale);
    // What was transparent before must not shine through what is transparent now.
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    return canvas;
  }
}
