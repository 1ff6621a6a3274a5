import { formatBytes } from '../base/index.ts';
import type { StepMetrics } from '../train/index.ts';

const bar = (fraction: number, width: number): string => {
  const eighths = Math.round(fraction * width * 8);
  const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
  return ('█'.repeat(Math.floor(eighths / 8)) + partial).padEnd(width, '·');
};

export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m${String(s % 60).padStart(2, '0')}s`;
  return `${Math.floor(s / 3600)}h${String(Math.floor((s % 3600) / 60)).padStart(2, '0')}m`;
}

/** Shows a run's progress: one line redrawn in place on a terminal, a line every few seconds elsewhere. */
export class TrainProgress {
  readonly #out: NodeJS.WriteStream;
  #totalSteps = 0;
  #lastPrinted = 0;
  #valLoss: number | undefined;
  #smoothLoss: number | undefined;
  #smoothTimeMs: number | undefined;
  #isLineOpen = false;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
  }

  plan(totalSteps: number): void {
    this.#totalSteps = totalSteps;
  }

  /** A message of its own, above the progress line. */
  note(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  validated(valLoss: number): void {
    this.#valLoss = valLoss;
  }

  step(m: StepMetrics): void {
    if (Number.isFinite(m.loss))
      this.#smoothLoss = this.#smoothLoss === undefined ? m.loss : this.#smoothLoss * 0.9 + m.loss * 0.1;
    this.#smoothTimeMs = this.#smoothTimeMs === undefined ? m.timeMs : this.#smoothTimeMs * 0.9 + m.timeMs * 0.1;
    if (m.valLoss !== undefined) this.#valLoss = m.valLoss;
    const now = performance.now();
    const isLast = m.step === this.#totalSteps;
    if (now - this.#lastPrinted < (this.#out.isTTY ? 80 : 5000) && !isLast) return;
    this.#lastPrinted = now;
    const tokensPerSec = Math.round((m.tokensPerSec * m.timeMs) / this.#smoothTimeMs);
    const left = ((this.#totalSteps - m.step) * this.#smoothTimeMs) / 1000;
    const parts = [
      `step ${m.step}/${this.#totalSteps}`,
      `loss ${(this.#smoothLoss ?? Number.NaN).toFixed(3)}`,
      ...(this.#valLoss === undefined ? [] : [`val ${this.#valLoss.toFixed(3)}`]),
      `${tokensPerSec.toLocaleString('en-US')} tok/s`,
      `ETA ${formatDuration(left)}`,
      `${formatBytes(m.bytesPerDevice)}/device`,
    ];
    if (!this.#out.isTTY) {
      this.#out.write(`${parts.join('  ')}\n`);
      return;
    }
    // One line whatever the width: the bar shrinks first, then goes, then the text is cut; a wrapped line cannot be redrawn.
    const columns = this.#out.columns ?? 80;
    const text = parts.join('  ');
    const width = Math.min(30, columns - text.length - 3);
    const line = width >= 5 ? `${bar(m.step / this.#totalSteps, width)}  ${text}` : text.slice(0, columns - 1);
    this.#out.write(`\r\x1b[2K${line}`);
    this.#isLineOpen = true;
    if (isLast) this.end();
  }

  /** Leaves the progress line on the screen. */
  end(): void {
    if (this.#isLineOpen) this.#out.write('\n');
    this.#isLineOpen = false;
  }

  #clear(): void {
    if (this.#isLineOpen) this.#out.write('\r\x1b[2K');
    this.#isLineOpen = false;
  }
}
