const WIDTH = 640;
const HEIGHT = 480;
const SKIN = '#d9a98a';

type Drawing = OffscreenCanvasRenderingContext2D;

function draw(paint: (g: Drawing) => void): ImageData {
  const g = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d')!;
  g.fillStyle = '#8a94a0';
  g.fillRect(0, 0, WIDTH, HEIGHT);
  g.lineCap = 'round';
  paint(g);
  return g.getImageData(0, 0, WIDTH, HEIGHT);
}

function blob(g: Drawing, color: string, x: number, y: number, rx: number, ry: number): void {
  g.fillStyle = color;
  g.beginPath();
  g.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  g.fill();
}

function limb(g: Drawing, color: string, width: number, ...points: readonly [number, number][]): void {
  g.strokeStyle = color;
  g.lineWidth = width;
  g.lineJoin = 'round';
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  g.stroke();
}

/** A face whose middle is at x, y; at size 1 it is 200 wide. */
function head(g: Drawing, x: number, y: number, size: number): void {
  const part = (color: string, dx: number, dy: number, rx: number, ry: number) =>
    blob(g, color, x + dx * size, y + dy * size, rx * size, ry * size);
  part('#5a3a28', 0, -40, 118, 130);
  part(SKIN, 0, 0, 100, 130);
  for (const side of [-1, 1]) {
    part('#ffffff', side * 42, -20, 20, 11);
    part('#2c1c14', side * 42, -20, 9, 10);
    part('#4a2e20', side * 42, -46, 26, 5);
  }
  part('#c48f72', 0, 20, 13, 22);
  part('#a8453f', 0, 70, 34, 11);
}

/** An open hand, palm to the camera, wrist at x, y; `side` 1: its thumb is at the right. */
function hand(g: Drawing, x: number, y: number, side: 1 | -1): void {
  const at = (dx: number, dy: number): [number, number] => [x + dx * side, y + dy];
  limb(g, SKIN, 44, at(0, 60), at(0, -20));
  limb(g, SKIN, 70, at(0, -40), at(0, -65));
  limb(g, SKIN, 24, at(20, -25), at(55, -62), at(70, -92));
  limb(g, SKIN, 21, at(30, -80), at(40, -120), at(45, -165));
  limb(g, SKIN, 21, at(9, -85), at(11, -130), at(13, -180));
  limb(g, SKIN, 21, at(-12, -85), at(-16, -125), at(-19, -170));
  limb(g, SKIN, 18, at(-31, -78), at(-42, -108), at(-49, -140));
  for (const [dx, dy] of [
    [38, -118],
    [11, -126],
    [-15, -122],
    [-41, -106],
  ] as const) {
    limb(g, '#b98768', 2, at(dx - 8, dy), at(dx + 8, dy));
  }
  limb(g, '#b98768', 2, at(26, -75), at(-4, -62), at(-28, -70));
}

/** Enough of a face that the detector, the mesh and the blendshape network all run. */
export function drawnFace(): ImageData {
  return draw((g) => head(g, 320, 230, 1));
}

/** A person to the hips with the arms half raised. */
export function drawnBody(): ImageData {
  return draw((g) => {
    limb(g, SKIN, 34, [320, 150], [320, 190]);
    limb(g, '#31506e', 120, [320, 250], [320, 470]);
    limb(g, '#31506e', 60, [262, 222], [378, 222]);
    for (const side of [-1, 1] as const) {
      limb(g, '#31506e', 42, [320 + side * 75, 225], [320 + side * 115, 330], [320 + side * 150, 270]);
      limb(g, SKIN, 26, [320 + side * 150, 270], [320 + side * 160, 235]);
      blob(g, SKIN, 320 + side * 163, 215, 16, 22);
    }
    head(g, 320, 105, 0.48);
  });
}

/** Two open hands. */
export function drawnHands(): ImageData {
  return draw((g) => {
    hand(g, 190, 330, 1);
    hand(g, 450, 330, -1);
  });
}
