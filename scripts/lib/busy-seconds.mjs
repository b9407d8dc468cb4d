/** How long the processors of this machine were busy since it started, all together. */
import { readFileSync } from 'node:fs';

/** What every Linux on our machines counts by. */
const ticksPerSecond = 100;

/** @see https://man7.org/linux/man-pages/man5/proc_stat.5.html */
export function busySeconds() {
  const [first] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [, user, nice, system, , , irq, softirq] = first.split(/ +/).map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}
