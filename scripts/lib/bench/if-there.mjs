/** A contender that takes a program which not every machine has. */

/** @returns {object[]} None where the program is missing, which the bench tells at its start. */
export function ifThere(program, { missing }, contender) {
  return missing.includes(program) ? [] : [contender];
}
