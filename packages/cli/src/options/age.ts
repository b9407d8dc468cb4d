/** Spans of time on the command line: `90m`, `48h`, `7d`. */
import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns Milliseconds. */
export function parseAge(text: string): number {
  const [, digits, unit = ''] = /^([1-9][0-9]{0,5})([mhd])$/.exec(text) ?? [];
  const ms = unitMs[unit];
  if (ms !== undefined) return Number(digits) * ms;
  throw new InvalidArgumentError('expected minutes, hours or days, for example 48h');
}
