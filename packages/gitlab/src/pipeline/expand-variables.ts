/**
 * `$NAME`, `${NAME}` and `%NAME%` in the text of a CI file, by GitLab's rules; `$$` is a dollar.
 *
 * A variable that nobody set in the files is no empty text here: a project or
 * the instance may have set it, and only GitLab knows.
 */
export interface PipelineVariable {
  readonly value: string;
  /** False where the file says `expand: false`. */
  readonly isExpanded: boolean;
}

export type PipelineVariables = ReadonlyMap<string, PipelineVariable>;

export interface Expansion {
  readonly text: string;
  /** Variables without a value, and those that hold themselves. Empty when all is known. */
  readonly missing: readonly string[];
}

/**
 * Far above what any name of an image holds, and as deep as they can nest. A
 * variable that holds itself, and variables that double each other, get there soon.
 */
const maxExpansions = 1000;

const form = /\$\$|\$\{(\w+)\}|\$(\w+)|%(\w+)%/g;

export function expandVariables(text: string, variables: PipelineVariables): Expansion {
  const missing = new Set<string>();
  let expansions = 0;
  const expand = (part: string): string =>
    part.replace(form, (found: string, ...groups: unknown[]) => {
      const [name] = groups.slice(0, 3).filter((group) => typeof group === 'string');
      if (name === undefined) return '$';
      const variable = variables.get(name);
      expansions += 1;
      if (variable === undefined || expansions > maxExpansions) {
        missing.add(name);
        return found;
      }
      return variable.isExpanded ? expand(variable.value) : variable.value;
    });
  return { text: expand(text), missing: [...missing] };
}
