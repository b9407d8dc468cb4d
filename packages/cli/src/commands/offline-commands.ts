/** The commands of the offline side: nothing in their imports downloads. */
import { checkCommand } from './check.js';
import { flattenCommand } from './flatten.js';
import { gitlabCommand } from './gitlab.js';
import { importCommand } from './import.js';
import { inspectCommand } from './inspect.js';
import { logCommand } from './log.js';
import type { MakeCommand } from './make-command.js';
import { proveCommand } from './prove.js';
import { registryCommand } from './registry.js';
import { serveCommand } from './serve.js';
import { stateCommand } from './state.js';
import { statusCommand } from './status.js';
import { trustCommand } from './trust.js';
import { verifyCommand } from './verify.js';

export const offlineCommands: readonly MakeCommand[] = [
  verifyCommand,
  inspectCommand,
  checkCommand,
  importCommand,
  proveCommand,
  serveCommand,
  registryCommand,
  trustCommand,
  stateCommand,
  statusCommand,
  flattenCommand,
  logCommand,
  gitlabCommand,
];
