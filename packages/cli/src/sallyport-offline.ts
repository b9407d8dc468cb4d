/** The program `sallyport-offline`: what is needed behind the gap, and nothing of the connected side. */
import { offlineCommands } from './commands/offline-commands.js';
import { main } from './main.js';

export const ended = main('sallyport-offline', offlineCommands);
