/** Every command, in the order of the work: keys, the connected side, the offline side. */
import { attachSignatureCommand } from './attach-signature.js';
import { exportCommand } from './export.js';
import { digestCommand } from './digest.js';
import { keygenCommand } from './keygen.js';
import type { MakeCommand } from './make-command.js';
import { offlineCommands } from './offline-commands.js';
import { sealCommand } from './seal.js';

export const allCommands: readonly MakeCommand[] = [
  keygenCommand,
  exportCommand,
  sealCommand,
  digestCommand,
  attachSignatureCommand,
  ...offlineCommands,
];
