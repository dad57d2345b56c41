import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

interface Stage {
  label: string;
  /** null: the amount of work is unknown. */
  amount: { done: number; total: number } | null;
  startedAt: number;
}

const barWidth = 24;
const redrawMs = 120;

/**
 * The output of a long command: lines on stdout, and below them a progress line on stderr. The progress line is shown only if both
 * are terminals: with `demo | tee log` they would overwrite each other.
 */
export class Screen {
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #hasBar: boolean;
  #stage: Stage | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#hasBar = Boolean(stdout.isTTY && stderr.isTTY);
  }

  line(text = ''): void {
    this.#clear();
    this.#stdout.write(`${text}\n`);
    this.#draw();
  }

  /** Coloured on a terminal, unless NO_COLOR is set. */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stdout });
  }

  /** Shows the current stage until the next one or `idle`. Without a total, it shows seconds. */
  stage(label: string, total: number | null = null): void {
    this.#stage = { label, amount: total === null ? null : { done: 0, total }, startedAt: Date.now() };
    this.#timer ??= this.#hasBar ? setInterval(() => this.#draw(), redrawMs) : null;
    this.#draw();
  }

  /** One more of the stage's total is done. */
  advance(): void {
    if (this.#stage?.amount) this.#stage.amount.done += 1;
    this.#draw();
  }

  /** Removes the progress line. */
  idle(): void {
    this.#clear();
    this.#stage = null;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #clear(): void {
    if (this.#hasBar && this.#stage) this.#stderr.write('\r\x1b[K');
  }

  #draw(): void {
    if (!this.#hasBar || !this.#stage) return;
    const text = describe(this.#stage).slice(0, (this.#stderr.columns || 80) - 1);
    this.#stderr.write(`\r\x1b[K${text}`);
  }
}

function describe({ label, amount, startedAt }: Stage): string {
  const elapsedMs = Date.now() - startedAt;
  const bar = amount ? filled(amount.done / amount.total) : wandering(elapsedMs);
  const state = amount ? `${amount.done}/${amount.total}` : `${Math.floor(elapsedMs / 1000)} s`;
  return `[${bar}] ${state}  ${label}`;
}

function filled(share: number): string {
  return '#'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '.');
}

function wandering(elapsedMs: number): string {
  const column = Math.floor(elapsedMs / redrawMs) % barWidth;
  return `${'.'.repeat(column)}#`.padEnd(barWidth, '.');
}
