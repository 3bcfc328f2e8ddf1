import { parseArgs } from 'node:util';
import type { AvatarReport } from '../../shared/domain/avatar-report.ts';
import { describeReason, toReasonError } from '../../shared/errors.ts';
import texts from '../../shared/locale/en/rig.json' with { type: 'json' };
import { inspectAvatar } from '../services/library/inspect/inspect-file.ts';
import { EXIT, explain, say } from './exit.ts';

const HELP = `Usage: npm run inspect -- FILE [--json]

Checks an avatar file (VRM 0.x, VRM 1.0 or GLB) without loading it: whether it can be used, how its bones and shapes
are named, what it lacks and what is done instead.
  --json   the whole report as JSON on stdout

Exit: 0 usable, 1 refused (with the reason), 2 usage, 3 could not run.
`;

/** `npm run inspect -- FILE [--json]`. Resolves to the exit code; needs no browser. */
export async function runInspect(argv: readonly string[]): Promise<number> {
  const flags = readFlags(argv);
  if (flags === 'help') {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (typeof flags === 'string') {
    say(`${flags}\n\n${HELP}`);
    return EXIT.usage;
  }
  try {
    const report = await inspectAvatar(flags.file);
    process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : asTable(flags.file, report));
    return report.ok ? EXIT.ok : EXIT.refused;
  } catch (error) {
    const failure = toReasonError(error);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ ok: false, reason: failure.reason, problems: [] })}\n`);
    }
    explain(failure);
    return EXIT.couldNotStart;
  }
}

function readFlags(argv: readonly string[]): { file: string; json: boolean } | 'help' | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const [file, ...more] = positionals;
    if (!file || more.length > 0) return 'Name one avatar file.';
    return { file, json: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whose names the bones and shapes have, and how sure that is. */
function namingLines({ naming }: AvatarReport): [string, string][] {
  if (!naming) return [];
  const sure = (confidence: number): string => `${Math.round(confidence * 100)} % sure`;
  const { bones, morphs } = naming;
  const count = Object.keys(bones.guessed).length;
  const found = count > 0 ? `, ${count} found by name` : '';
  return [
    ['bones', `named as ${texts.boneFamilies[bones.family]}, ${sure(bones.confidence)}${found}`],
    ['shapes', `named as ${texts.morphFamilies[morphs.family]}, ${sure(morphs.confidence)}`],
  ];
}

function asTable(file: string, report: AvatarReport): string {
  const lines: [string, string][] = [['file', file]];
  if (!report.ok && report.reason) {
    const { what, action } = describeReason(report.reason);
    lines.push(['verdict', `refused: ${report.reason}`], ['why', what], ['do', action]);
    if (report.detail) lines.push(['detail', report.detail]);
  } else {
    const { counts, humanoid, arkit, licence } = report;
    lines.push(
      ['verdict', 'usable'],
      ['family', report.family ?? ''],
      ['geometry', `${counts.vertices} vertices, ${counts.triangles} triangles, ${counts.meshes} meshes`],
      [
        'skeleton',
        `${counts.joints} joints, ${humanoid.bones.length} humanoid bones, ${counts.springBones} spring`,
      ],
      [
        'face',
        `${counts.morphTargets} morph targets, ${report.expressions.length} expressions, ARKit ${arkit.found}/52`,
      ],
      ...namingLines(report),
      ['look', `${counts.materials} materials, ${counts.textures} textures, ${counts.texturePixels} pixels`],
      [
        'licence',
        licence ? [licence.name, licence.author].filter(Boolean).join(', by ') || 'unnamed' : 'not stated',
      ],
    );
  }
  for (const code of report.degraded) lines.push(['shown', `${texts.degrade[code]} (${code})`]);
  for (const { severity, message, fix } of report.problems) lines.push([severity, `${message} ${fix}`]);
  lines.push(['cost', `${report.cost.ms} ms, ${report.cost.peakMb} MB`]);
  // What a file says of itself must not steer the terminal.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const plain = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return lines.map(([label, text]) => `${label.padEnd(9)} ${plain(text)}\n`).join('');
}
