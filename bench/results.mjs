// The results of compare.sh, as report.mjs asks for them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

export const number = (n, digits) => n.toLocaleString('en-US', { maximumFractionDigits: digits ?? (n >= 1000 ? 0 : n >= 10 ? 1 : 2) });

export const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
const row = cells => `| ${cells.join(' | ')} |`;

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Microseconds of server and Redis together for each of what is counted; nothing where a process was not found. */
export const cpu = (run, per) => run.server && run.server[per] + (run.redis?.[per] ?? 0);

/** What was sent a second is not what was asked for. */
export const overloaded = run => / (\d+)\/s,/.test(run.load) && run.ackedPerSecond < 0.9 * Number(run.load.match(/ (\d+)\/s,/)[1]);

export class Results {
  constructor(directory) {
    this.directory = directory;
    this.files = readdirSync(directory).sort();
    this.machine = existsSync(`${directory}/machine.json`) ? this.read('machine.json') : {};
    this.rounds = new Set(this.files.map(file => file.match(/^([1-9]\d*)\./)?.[1]).filter(Boolean)).size;
  }

  read(file) { return JSON.parse(readFileSync(`${this.directory}/${file}`)); }

  text(file) { return readFileSync(`${this.directory}/${file}`, 'utf8').trim(); }

  /** The names between a beginning and an ending, such as the rounds of one measurement. */
  between(begin, end) {
    return this.files.filter(file => file.startsWith(begin) && file.endsWith(end)).map(file => file.slice(begin.length, file.length - end.length));
  }

  /** All runs of one measurement of a server, one for each round that has it. */
  of(server, load) {
    return this.files.filter(file => /^\d+$/.test(file.split('.')[0]) && file.slice(file.indexOf('.') + 1) === `${server}.${load}.json`).map(file => this.read(file));
  }

  /** The median of a value over the rounds; NaN where nothing was measured. */
  median(server, load, value) { return median(this.of(server, load).map(value)); }

  /** One that was measured once; undefined where it was not. */
  once(name) { return this.files.includes(`${name}.json`) ? this.read(`${name}.json`) : undefined; }

  /** [what, why] of everything that could not be measured. */
  failures() { return this.files.filter(file => file.endsWith('.failed')).map(file => [file.slice(0, -'.failed'.length), this.text(file)]); }

  /** [what, how many, the first of them] of every run whose checks found something. */
  violations() {
    return this.files.filter(file => file.endsWith('.json') && file !== 'machine.json').map(file => [file.slice(0, -'.json'.length), this.read(file)])
      .filter(([, run]) => run.violationCount > 0).map(([name, run]) => [name, run.violationCount, run.violations[0]]);
  }

  /** The median over the rounds and their range; a word where there is none. */
  cell(server, load, value, digits) {
    const runs = this.of(server, load), values = runs.map(value).filter(Number.isFinite);
    if (values.length === 0) {
      return this.files.some(file => /^\d+\./.test(file) && [`${server}.${load}.failed`, `${server}.start.failed`].includes(file.slice(file.indexOf('.') + 1))) ? 'failed' : '';
    }
    return show(values, digits) + (runs.some(overloaded) ? ' (overloaded)' : '');
  }
}

export function show(values, digits) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return number(median(values), digits) + (values.length > 1 ? ` <sub>${number(least, digits)}–${number(most, digits)}</sub>` : '');
}
