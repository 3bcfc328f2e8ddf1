import http from 'node:http'; import fs from 'node:fs'; import path from 'node:path'; import { WebSocketServer } from 'ws'; import { spawn } from 'node:child_process';
import { Output, MkvOutputFormat, StreamTarget, EncodedVideoPacketSource, EncodedPacket } from 'mediabunny';
const types = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };
const roots = { '/wasm/': 'node_modules/@mediapipe/tasks-vision/wasm/', '/models/': '../shared/models/', '/avatars/': process.env.AV ?? '../shared/avatars/', '/': 'spike/dist/' };
const srv = http.createServer((q, r) => { const p = new URL(q.url, 'http://x').pathname; const k = Object.keys(roots).find((k) => p.startsWith(k)); const f = path.join(roots[k], p.slice(k.length) || 'index.html'); fs.readFile(f, (e, b) => { r.writeHead(e ? 404 : 200, { 'content-type': types[path.extname(f)] ?? 'application/octet-stream', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }); r.end(b); }); });
new WebSocketServer({ server: srv, path: '/media' }).on('connection', (ws) => {
  if (!process.env.TO) { ws.on('message', () => {}); return; }
  const ff = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'warning', '-f', 'matroska', '-i', 'pipe:0', '-c', 'copy', '-f', 'flv', process.env.TO], { stdio: ['pipe', 'inherit', 'inherit'] });
  const out = new Output({ format: new MkvOutputFormat({ appendOnly: true }), target: new StreamTarget(new WritableStream({ write(c) { ff.stdin.write(c.data); } })) });
  const src = new EncodedVideoPacketSource('avc'); out.addVideoTrack(src, { frameRate: 15 }); const started = out.start(); let t0 = null;
  ws.on('message', async (d) => { await started; const key = d[0] === 1; const ts = d.readDoubleBE(1); t0 ??= ts; const p = new EncodedPacket(new Uint8Array(d.subarray(9)), key ? 'key' : 'delta', (ts - t0) / 1e6, 1 / 15); src.add(p, { decoderConfig: { codec: 'avc1.42E01F', codedWidth: +process.env.W || 640, codedHeight: +process.env.H || 360 } }); });
  ws.on('close', async () => { await out.finalize(); ff.stdin.end(); });
});
srv.listen(+process.env.PORT || 4777, '127.0.0.1', () => console.log('up'));
