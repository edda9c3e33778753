// Small SVG charts that can be read on light and on dark. As a program: node bench/chart.mjs FIELD RESULT.json... > chart.svg draws a
// field of the load generator's results, such as server.perAcked.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const width = 640, top = 44, right = 24;
const escape = text => String(text).replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
const at = n => Number(n.toFixed(1));

/** 1,234,567 as 1.23M: three digits are what a chart can show. */
export function short(n) {
  const [unit, name] = n >= 999500 ? [1e6, 'M'] : n >= 9995 ? [1e3, 'k'] : [1, ''];
  return `${Number((n / unit).toPrecision(3))}${name}`;
}

/** The next round number at or above. */
function ceiling(n) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(n, 1e-9)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map(step => step * unit).find(step => step >= n * 0.999) ?? 10 * unit;
}

function page(height, title, body) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${escape(title)}</title>
<style>
  svg { --paper: #ffffff; --ink: #24292f; --faint: #d8dee4; --quiet: #57606a; --one: #0969da; --two: #bc4c00; --rest: #8c959f }
  @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --faint: #30363d; --quiet: #9198a1; --one: #4493f8; --two: #f0883e; --rest: #656d76 } }
  text { fill: var(--ink) } .quiet { fill: var(--quiet) } .grid { stroke: var(--faint) } .paper { fill: var(--paper) }
  .one { --hue: var(--one) } .two { --hue: var(--two) } .rest { --hue: var(--rest) }
  .dot, .bar, .key { fill: var(--hue) } .line { fill: none; stroke: var(--hue); stroke-width: 2 }
</style>
<rect class="paper" width="${width}" height="${height}" rx="6"/>
<text x="20" y="26" font-size="15" font-weight="600">${escape(title)}</text>
${body.join('\n')}
</svg>
`;
}

/** series: [{name, points: [[x, y]...]}...], the same x for all; x stands at equal distances, y begins at 0. One or two of them. */
export function lines({ title, xLabel, yLabel, series }) {
  const height = 320, left = 72, bottom = 56, hues = ['one', 'two'];
  const names = series[0].points.map(([name]) => name);
  const end = ceiling(Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y))));
  const x = i => at(left + (names.length === 1 ? 0.5 : 0.04 + 0.92 * i / (names.length - 1)) * (width - left - right));
  const y = value => at(height - bottom - (value / end) * (height - top - bottom - 16));
  return page(height, title, [
    ...[0, 0.25, 0.5, 0.75, 1].map(part => part * end).map(value =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/><text class="quiet" x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${short(value)}</text>`),
    ...names.map((name, i) => `<text x="${x(i)}" y="${height - bottom + 18}" text-anchor="middle">${escape(typeof name === 'number' ? short(name) : name)}</text>`),
    ...series.map(({ points }, s) => `<g class="${hues[s]}"><polyline class="line" points="${points.map(([, value], i) => `${x(i)},${y(value)}`).join(' ')}"/>`
      + points.map(([, value], i) => `<circle class="dot" cx="${x(i)}" cy="${y(value)}" r="4"/><text x="${x(i)}" y="${y(value) - 9}" text-anchor="middle">${short(value)}</text>`).join('') + '</g>'),
    ...(series.length === 1 ? [] : series.map(({ name }, s) => {
      const from = width - right - 90 * (series.length - s);
      return `<g class="${hues[s]}"><rect class="key" x="${from}" y="${height - 23}" width="10" height="10" rx="2"/></g><text x="${from + 16}" y="${height - 14}">${escape(name)}</text>`;
    })),
    `<text class="quiet" x="${(left + width - right) / 2}" y="${height - 14}" text-anchor="middle">${escape(xLabel)}</text>`,
    `<text class="quiet" transform="translate(18 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(yLabel)}</text>`,
  ]);
}

/** bars: [[name, value, ours]...], from top to bottom; ours stands out. */
export function bars({ title, unit, bars: all }) {
  const left = 250, step = 28, height = top + step * all.length + 28;
  const most = Math.max(...all.map(([, value]) => value), 1e-9);
  return page(height, title, [
    ...all.flatMap(([name, value, ours], i) => {
      const length = at(Math.max(1, value / most * (width - left - right - 64)));
      return [`<text x="${left - 10}" y="${top + step * i + 15}" text-anchor="end"${ours ? ' font-weight="600"' : ''}>${escape(name)}</text>`,
        `<rect class="bar ${ours ? 'one' : 'rest'}" x="${left}" y="${top + step * i}" width="${length}" height="20" rx="3"/><text x="${left + length + 8}" y="${top + step * i + 15}">${short(value)}</text>`];
    }),
    `<text class="quiet" x="${left}" y="${height - 10}">${escape(unit)}</text>`,
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [field, ...files] = process.argv.slice(2);
  const runs = files.map(file => JSON.parse(readFileSync(file)));
  const value = run => field.split('.').reduce((object, key) => object?.[key], run) ?? 0;
  process.stdout.write(lines({ title: field, xLabel: '', yLabel: field, series: [{ name: field, points: runs.map(run => [run.load.split(',')[0], value(run)]) }] }));
}
