import type { Problem } from './problem.ts';

/** A package whose code reaches the user, and its licence as its authors wrote it. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Text of the licence file; null when the package carries none. */
  readonly text: string | null;
  readonly source: string | null;
}

/** Licences under which a package may be part of the product. */
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'OFL-1.1',
  'BlueOak-1.0.0',
  'Zlib',
  'Unlicense',
  'CC0-1.0',
]);

/** `A OR B` is fine when one of them is, `A AND B` when both are. */
export const isAllowed = (licence: string): boolean => {
  const plain = licence.replaceAll(/[()]/g, ' ').trim();
  if (/ OR /.test(plain)) return plain.split(' OR ').some((part) => isAllowed(part));
  return plain.split(' AND ').every((part) => ALLOWED.has(part.trim()));
};

export const checkLicences = (notices: readonly Notice[]): Problem[] =>
  notices
    .filter((n) => !isAllowed(n.licence))
    .map((n) => ({ check: 'licences', detail: `${n.name} ${n.version} is under ${n.licence}` }));

const byName = (a: Notice, b: Notice): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1;

const RULE = '-'.repeat(78);

/** Apache's text lies beside the list; it is too long for each package to repeat. */
const whereStandard = (licence: string): string =>
  licence === 'Apache-2.0'
    ? 'Its text is in Apache-2.0.txt beside this file.'
    : `Its standard text is at\nhttps://spdx.org/licenses/${licence}.html`;

/** One text with every licence; packages that share a text word by word share an entry. */
export const licenceTexts = (notices: readonly Notice[]): string => {
  const groups = new Map<string, Notice[]>();
  for (const notice of [...notices].sort(byName)) {
    const key = notice.text?.trim().replaceAll('\r\n', '\n') ?? `\u0000${notice.licence}`;
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  const parts = [...groups].map(([key, list]) => {
    const head = list
      .map((n) => `${n.name} ${n.version} (${n.licence})${n.source ? `\n  ${n.source}` : ''}`)
      .join('\n');
    const text = key.startsWith('\u0000')
      ? `The package carries no licence file; its authors name the licence ${key.slice(1)}. ${whereStandard(key.slice(1))}`
      : key;
    return `${RULE}\n${head}\n${RULE}\n\n${text}\n`;
  });
  return `Licences of the packages that are part of VIDA³ Studio\n\n${parts.join('\n')}`;
};

/** THIRD-PARTY-NOTICES.md */
export const noticesPage = (
  notices: readonly Notice[],
  models: readonly { readonly name: string; readonly title: string; readonly url: string }[],
): string => {
  const rows = [...notices].sort(byName).map((n) => `| ${n.name} | ${n.version} | ${n.licence} |`);
  return `# Third-party notices

VIDA³ Studio is MIT (see LICENSE). What else is part of it, or comes with it, is listed here. The installed program
carries this page, and every licence text in \`resources/licences\`. This file is written by
\`node scripts/package/write-notices.ts\` from package-lock.json; \`npm run package\` fails when it is out of date.

## FFmpeg

Installers carry FFmpeg as a program of its own, in the folder \`ffmpeg\` beside the archive. VIDA³ Studio starts it as
a separate process and links nothing of it; you may put another build there or name one with \`VIDA3_FFMPEG\`. The
builds of the package ffmpeg-static are under the **GNU General Public License, version 3 or later** (text:
\`resources/licences/GPL-3.0.txt\`), because they contain x264, x265 and other parts under the GPL.

**Source offer.** The source of FFmpeg is at https://ffmpeg.org/download.html and
https://git.ffmpeg.org/ffmpeg.git, that of the parts and the build scripts where the builder publishes them (named in
\`ffmpeg.README\` or \`README.txt\` beside the program; for ffmpeg-static: https://github.com/eugeneware/ffmpeg-static).
For three years from the day you received an installer, the people who gave it to you will give you the complete
corresponding source of the FFmpeg in it, on a medium customary for software interchange, for no more than the cost of
doing so. Ask where you got the installer.

When VIDA³ Studio is used from its repository, FFmpeg is the one of your system or of the optional package
ffmpeg-static, under the licence it was given to you with.

## Electron and Chromium

Installers are built on Electron (MIT, https://www.electronjs.org), which contains Chromium, Node.js and their parts.
Their licences are in \`LICENSE.electron.txt\` and \`LICENSES.chromium.html\` beside the program. Chromium's FFmpeg
library is under the LGPL-2.1-or-later; it is a file of its own and may be replaced.

## Tracking models

Google's MediaPipe models, Apache-2.0 (text: \`resources/licences/Apache-2.0.txt\`), unchanged. They are not part of
this repository: installers carry them in the folder \`models\`, otherwise they are downloaded by you or found in
\`VIDA3_MODELS_DIR\`.

| file | what for | where it is from |
|---|---|---|
${models.map((m) => `| ${m.name} | ${m.title} | ${m.url} |`).join('\n')}

## Typeface

Inter, © The Inter Project Authors (https://github.com/rsms/inter), under the SIL Open Font License 1.1; its text is
with the package @fontsource-variable/inter in \`resources/licences/packages.txt\`.

## Our own pictures and figures

The avatars, backgrounds, icons, the sample performer and the recorded performance in \`resources/\` are made by
\`scripts/presets\` and \`scripts/icons\` of this repository and are MIT like the rest.

## Packages

@sapphi-red/web-noise-suppressor contains RNNoise (© Mozilla, Jean-Marc Valin, Gregor Richards and others,
BSD-3-Clause, https://github.com/xiph/rnnoise) in the build of @shiguredo/rnnoise-wasm (© Shiguredo Inc., Apache-2.0,
text: \`resources/licences/Apache-2.0.txt\`, https://github.com/shiguredo/rnnoise-wasm), unchanged.

| package | version | licence |
|---|---|---|
${rows.join('\n')}
`;
};
