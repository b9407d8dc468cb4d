#!/usr/bin/env node
// Not compiled, so that the name can be linked before the first build.
import { programFile } from './program-file.js';

await import(programFile('sallyport'));
