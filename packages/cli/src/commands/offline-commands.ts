/** The commands of the offline side: nothing in their imports downloads. */
import { importCommand } from './import.js';
import { inspectCommand } from './inspect.js';
import { logCommand } from './log.js';
import type { MakeCommand } from './make-command.js';
import { registryCommand } from './registry.js';
import { serveCommand } from './serve.js';
import { verifyCommand } from './verify.js';

export const offlineCommands: readonly MakeCommand[] = [
  verifyCommand,
  inspectCommand,
  importCommand,
  serveCommand,
  registryCommand,
  logCommand,
];
