#!/usr/bin/env node
// Not compiled, so that the name can be linked before the first build.
import { startProgram } from './start-program.js';

await startProgram('sallyport-offline');
