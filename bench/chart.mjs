// Small SVG line charts. As a program: node bench/chart.mjs FIELD RESULT.json... > chart.svg draws a field such as server.perAcked over runs.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const width = 560, height = 300, left = 64, right = 20, top = 40, bottom = 48;
const escape = text => String(text).replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const short = n => (n >= 1e6 ? `${n / 1e6}M` : n >= 1e4 ? `${n / 1e3}k` : `${Number(n.toPrecision(3))}`);

/** points: [[x, y]...]; x stands at equal distances, y begins at 0. */
export function chart({ title, xLabel, yLabel, points }) {
  const most = Math.max(...points.map(([, y]) => y), 1e-9);
  const unit = 10 ** Math.floor(Math.log10(most));
  const end = [1, 2, 5, 10].map(n => n * unit).find(n => n >= most);
  const x = i => left + (points.length === 1 ? 0.5 : i / (points.length - 1)) * (width - left - right);
  const y = value => height - bottom - (value / end) * (height - top - bottom);
  const lines = [0, 0.25, 0.5, 0.75, 1].map(part => part * end).map(value =>
    `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${short(value)}</text>`);
  const dots = points.map(([name, value], i) =>
    `<circle cx="${x(i)}" cy="${y(value)}" r="4" fill="#2563eb"/><text x="${x(i)}" y="${y(value) - 10}" text-anchor="middle">${short(value)}</text>`
    + `<text x="${x(i)}" y="${height - bottom + 18}" text-anchor="middle">${typeof name === 'number' ? short(name) : escape(name)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="22" font-size="15" font-weight="bold">${escape(title)}</text>
${lines.join('\n')}
<polyline fill="none" stroke="#2563eb" stroke-width="2" points="${points.map(([, value], i) => `${x(i)},${y(value)}`).join(' ')}"/>
${dots.join('\n')}
<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">${escape(xLabel)}</text>
<text transform="translate(14 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(yLabel)}</text>
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [field, ...files] = process.argv.slice(2);
  const runs = files.map(file => JSON.parse(readFileSync(file)));
  const value = run => field.split('.').reduce((at, key) => at?.[key], run) ?? 0;
  process.stdout.write(chart({ title: field, xLabel: '', yLabel: field, points: runs.map(run => [run.load.split(',')[0], value(run)]) }));
}
