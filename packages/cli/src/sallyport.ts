/** The program `sallyport`: every command. */
import { allCommands } from './commands/all-commands.js';
import { main } from './main.js';

export const ended = main('sallyport', allCommands);
