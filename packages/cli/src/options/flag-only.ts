/**
 * Options that are never taken from the environment.
 *
 * A variable is set once and forgotten. What allows something once, or changes
 * what is stored, has to stand on the command line that does it.
 */
import { Option } from 'commander';

export class FlagOnly extends Option {}
