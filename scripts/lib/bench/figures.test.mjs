import { describe, expect, it } from '@jest/globals';
import { barChart } from './bar-chart.mjs';
import { aligned, figureRows } from './figure-rows.mjs';
import { figuresOf } from './figures.mjs';

const run = (wallSeconds, cpuSeconds) => ({
  wallSeconds,
  cpuSeconds,
  peakBytes: 2 ** 20,
  diskBytes: 0,
});
const results = [
  { name: 'sallyport', runs: [run(1, 1), run(30, 1), run(2, 1)] },
  { name: 'peer', runs: [run(2, 0), run(10, 1), run(2, 1)] },
];

describe('summing up the runs of a case', () => {
  const [ours, theirs] = figuresOf(results, 2e9);

  it('takes ratios within each round', () => {
    expect(theirs.wallRatio).toEqual({ median: 1, min: 0.5, max: 3 });
    expect(ours.wallRatio).toBeUndefined();
  });

  it('tells no ratio to what took no time', () => {
    expect(theirs.cpuRatio).toBeUndefined();
  });

  it('counts processor time for each gigabyte', () => {
    expect(ours.cpuSecondsPerGigabyte.median).toBe(0.5);
  });

  it('leaves out a column that nobody has a figure for', () => {
    const { head, rows } = figureRows([ours, theirs]);
    expect(head).not.toContain('requests');
    expect(rows[1]).toContain('1.00 [0.50–3.00]');
    expect(new Set(aligned({ head, rows }).map((line) => line.length)).size).toBe(1);
  });
});

describe('drawing figures', () => {
  it('says every number in words too, and lets no name break the picture', () => {
    const bars = [{ name: 'a <b> & c', median: 1.234, min: 1, max: 2 }];
    const picture = barChart('Title', [{ title: 'Group', bars }]);
    expect(picture).toContain('Group: a &lt;b&gt; &amp; c 1.23 seconds.</desc>');
    expect(picture).toContain('prefers-color-scheme: dark');
    expect(picture).not.toContain('<b>');
  });
});
