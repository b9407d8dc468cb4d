#!/usr/bin/env node
// Not compiled, so that the name can be linked before the first build.
import { allCommands, main } from '../dist/index.js';

await main('sallyport', allCommands);
