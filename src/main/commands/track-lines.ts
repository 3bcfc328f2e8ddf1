import { ReasonError } from '../../shared/errors.ts';
import type { TrackLine } from '../../shared/ipc/track.ts';

/**
 * Takes the page's lines, which must come in order and without a gap.
 */
export class LineCollector {
  count = 0;
  found = 0;
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** @throws ReasonError `ipc.bad-payload` for lines that are not the next ones */
  take(from: number, lines: readonly TrackLine[]): void {
    if (from !== this.count) throw new ReasonError('ipc.bad-payload', `line ${from} after ${this.count}`);
    this.count += lines.length;
    for (const line of lines) if (line.found) this.found++;
    this.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}
