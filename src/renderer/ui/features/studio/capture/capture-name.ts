export type CaptureKind = 'screen' | 'window' | 'tab' | 'any';

/**
 * What to call what is captured: its own title, or only its kind where the browser keeps the title to itself and
 * gives nothing or an id (Chromium: `screen:0:0`, `window:73400320:0`, `web-contents-media-stream://3:1`).
 */
export function captureName(label: string): { readonly title: string } | { readonly kind: CaptureKind } {
  const text = label.trim();
  if (text === '') return { kind: 'any' };
  const id = /^(screen|window|web-contents-media-stream):\S*$/.exec(text)?.[1];
  if (id === undefined) return { title: text };
  return { kind: id === 'screen' || id === 'window' ? id : 'tab' };
}
