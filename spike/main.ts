const q = new URLSearchParams(location.search);
const cfg = { w: +(q.get('w') ?? 640), h: +(q.get('h') ?? 360), fps: +(q.get('fps') ?? 15), avatar: q.get('avatar') ?? '', mat: q.get('mat') ?? '', aa: q.get('aa') === '1', encode: q.get('encode') !== '0', track: q.get('track') !== '0', morph: q.get('morph') ?? 'gpu', free: q.get('free') === '1', secs: +(q.get('secs') ?? 10) };
const stage = new Worker(new URL('./stage.ts', import.meta.url), { type: 'module' });
const ch = new MessageChannel();
stage.postMessage({ cfg, port: ch.port1, ws: `ws://${location.host}/media` }, [ch.port1]);
stage.onmessage = (e) => { (window as any).result = e.data; console.log(JSON.stringify(e.data)); };
if (cfg.track) {
  const tracker = new Worker(new URL('./tracker.ts', import.meta.url), { type: 'module' });
  const s = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const r = new MediaStreamTrackProcessor({ track: s.getVideoTracks()[0]! }).readable;
  tracker.postMessage({ readable: r, port: ch.port2, base: location.origin }, [r, ch.port2] as any);
}
