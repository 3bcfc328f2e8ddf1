import { programmeNowMs } from '../../../../pipeline/clock.ts';
import { LANDMARK_COUNT } from '../../../../pipeline/tracking-channel.ts';
import { fitCanvas } from './canvas-size.ts';
import type { InspectorFeed } from './feed.ts';
import { FACE_LINES, FACE_POINT_STEP, HAND_LINES, POSE_LINES } from './landmark-lines.ts';

/** Older results belong to a picture that is not shown any more. */
const FRESH_MS = 700;
const SEEN = 0.5;

const FACE = 'rgb(180 168 255 / 90%)';
const MESH = 'rgb(180 168 255 / 45%)';
const BODY = 'rgb(98 216 173 / 90%)';
const LEFT = 'rgb(245 189 82 / 95%)';
const RIGHT = 'rgb(255 141 146 / 95%)';

/** Where in the canvas the camera's picture lies, which keeps its shape. */
const place = { x: 0, y: 0, width: 0, height: 0 };

/**
 * Draws the newest landmarks where they are in the camera's picture, which is shown whole and centred under the canvas.
 * @param shape width by height of the picture
 */
export function paintOverlay(
  canvas: HTMLCanvasElement,
  paint: CanvasRenderingContext2D,
  feed: InspectorFeed,
  shape: number,
): void {
  if (!fitCanvas(canvas)) return;
  const { width, height } = canvas;
  place.width = Math.min(width, height * shape);
  place.height = Math.min(height, width / shape);
  place.x = (width - place.width) / 2;
  place.y = (height - place.height) / 2;
  paint.clearRect(0, 0, width, height);
  paint.lineJoin = 'round';
  paint.lineCap = 'round';
  const now = programmeNowMs();
  const { face, pose, hands } = feed;
  if (pose.found && now - pose.trackedAtMs < FRESH_MS) {
    paint.lineWidth = 2 * devicePixelRatio;
    lines(paint, POSE_LINES, pose.points, BODY, pose.visibility);
  }
  if (face.found && now - face.trackedAtMs < FRESH_MS) paintFace(paint, face.landmarks);
  if (now - hands.trackedAtMs < FRESH_MS) {
    paint.lineWidth = 2 * devicePixelRatio;
    if (hands.left.found) lines(paint, HAND_LINES, hands.left.points, LEFT, null);
    if (hands.right.found) lines(paint, HAND_LINES, hands.right.points, RIGHT, null);
  }
}

function paintFace(paint: CanvasRenderingContext2D, points: Float32Array): void {
  paint.fillStyle = MESH;
  const dot = devicePixelRatio;
  for (let i = 0; i < LANDMARK_COUNT; i += FACE_POINT_STEP) {
    paint.fillRect(
      place.x + points[i * 3]! * place.width - dot / 2,
      place.y + points[i * 3 + 1]! * place.height - dot / 2,
      dot,
      dot,
    );
  }
  paint.lineWidth = 1.5 * devicePixelRatio;
  lines(paint, FACE_LINES, points, FACE, null);
}

function lines(
  paint: CanvasRenderingContext2D,
  chains: readonly Uint16Array[],
  points: Float32Array,
  colour: string,
  visibility: Float32Array | null,
): void {
  paint.strokeStyle = colour;
  paint.beginPath();
  for (let c = 0; c < chains.length; c++) {
    const chain = chains[c]!;
    let open = false;
    for (let i = 0; i < chain.length; i++) {
      const point = chain[i]!;
      if (visibility && visibility[point]! < SEEN) {
        open = false;
        continue;
      }
      const x = place.x + points[point * 3]! * place.width;
      const y = place.y + points[point * 3 + 1]! * place.height;
      if (open) paint.lineTo(x, y);
      else paint.moveTo(x, y);
      open = true;
    }
  }
  paint.stroke();
}
