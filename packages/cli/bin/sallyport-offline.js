#!/usr/bin/env node
// Not compiled, so that the name can be linked before the first build.
import { offlineCommands } from '../dist/commands/offline-commands.js';
import { main } from '../dist/main.js';

await main('sallyport-offline', offlineCommands);
