/**
 * How old the imports are, as text that Prometheus reads.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { Ages, Freshness, Level, Thresholds } from '@sallyport/offline';

interface Sample extends Ages {
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string;
  readonly imported: string;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly value: (sample: Sample) => number;
}

const levels: Readonly<Record<Level, number>> = { fresh: 0, warn: 1, stale: 2 };

/** Names of metrics never change their meaning. */
const metrics: readonly Metric[] = [
  {
    name: 'created_timestamp_seconds',
    help: 'When the bundle of the last import was made on the connected side.',
    value: ({ created }) => Date.parse(created) / 1000,
  },
  {
    name: 'imported_timestamp_seconds',
    help: 'When it was imported.',
    value: ({ imported }) => Date.parse(imported) / 1000,
  },
  {
    name: 'age_seconds',
    help: 'How long ago that bundle was made, when this was asked.',
    value: ({ ageMs }) => Math.floor(ageMs / 1000),
  },
  {
    name: 'level',
    help: '0 is fresh, 1 older than --warn-after, 2 older than --fail-after.',
    value: ({ level }) => levels[level],
  },
];

/** Ends with a line feed, as the format demands. */
export function freshnessMetrics(
  { channels, images }: Freshness,
  { warnAfterMs, failAfterMs }: Thresholds,
): string {
  const ofChannels = channels.map(({ channel, latest, ...ages }) => {
    const { created, imported, destination } = latest;
    return { labels: { channel, destination }, created, imported, ...ages };
  });
  const ofImages = images.map(({ channel, destination, image, ...rest }) => ({
    labels: { channel, destination, image },
    ...rest,
  }));
  const lines = [
    ...metrics.flatMap((metric) => metricLines('sallyport_channel', metric, ofChannels)),
    ...metrics.flatMap((metric) => metricLines('sallyport_image', metric, ofImages)),
    ...limitLines('warn', warnAfterMs),
    ...limitLines('fail', failAfterMs),
  ];
  return `${lines.join('\n')}\n`;
}

function metricLines(
  prefix: string,
  { name, help, value }: Metric,
  samples: readonly Sample[],
): readonly string[] {
  const full = `${prefix}_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} gauge`,
    ...samples.map((sample) => `${full}{${labelsText(sample.labels)}} ${value(sample)}`),
  ];
}

function limitLines(which: string, ms: number): readonly string[] {
  const name = `sallyport_${which}_after_seconds`;
  const help = `The age from which on the level is ${which === 'warn' ? 1 : 2}.`;
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${ms / 1000}`];
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

/** Of the characters that a label may have, these three would end it or its line. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
