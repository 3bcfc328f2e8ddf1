/**
 * Draws the card that replaces the programme: calm, nothing personal. While the panic key is on it has no words.
 * @param words below the sign; null: none
 */
export function drawCard(width: number, height: number, words: string | null): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  const base = context.createLinearGradient(0, 0, width * 0.4, height);
  base.addColorStop(0, '#1d2336');
  base.addColorStop(1, '#12151f');
  context.fillStyle = base;
  context.fillRect(0, 0, width, height);
  const unit = Math.min(width, height);
  const glow = context.createRadialGradient(width / 2, height / 2, 0, width / 2, height / 2, unit * 0.75);
  glow.addColorStop(0, 'rgba(122, 140, 220, 0.28)');
  glow.addColorStop(1, 'rgba(122, 140, 220, 0)');
  context.fillStyle = glow;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = 'rgba(226, 231, 250, 0.75)';
  context.lineWidth = Math.max(2, unit * 0.008);
  context.beginPath();
  context.arc(width / 2, height / 2, unit * 0.13, 0, Math.PI * 2);
  context.stroke();
  context.fillStyle = 'rgba(226, 231, 250, 0.9)';
  const bar = unit * 0.028;
  const tall = unit * 0.11;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.roundRect(width / 2 + side * unit * 0.036 - bar / 2, height / 2 - tall / 2, bar, tall, bar / 2);
    context.fill();
  }
  if (words !== null) {
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.font = `600 ${Math.round(unit * 0.062)}px system-ui, sans-serif`;
    context.fillText(words, width / 2, height / 2 + unit * 0.19, width * 0.9);
  }
  return canvas;
}
