/**
 * Reads the YAML of a CI file, which somebody else wrote.
 *
 * Refuses what is no YAML, what is too large or too deep, and aliases that blow
 * up. Scalars come out as the text that GitLab makes of them: `1.10` is a number
 * there, and its text is 1.1.
 */
import { JsonError, printable } from 'oras-js';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Scalar,
} from 'yaml';
import { maxYamlBytes } from './limits.js';
import {
  hashOf,
  listOf,
  PipelineReference,
  textOf,
  textsOf,
  type PipelineHash,
  type PipelineValue,
} from './pipeline-value.js';

/** Values after aliases are expanded: ten thousand jobs of twenty. Memory grows with them. */
const maxNodes = 200_000;
/** As GitLab's own limit. */
const maxDepth = 100;

/** The documents of a file; a header `spec:` is one of its own. @throws JsonError */
export function readYaml(text: string): readonly PipelineHash[] {
  if (Buffer.byteLength(text) > maxYamlBytes)
    throw new JsonError(`expected at most ${maxYamlBytes} bytes of YAML, found more`);
  const documents = parse(text);
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new JsonError(`expected YAML, found ${printable(firstLine(error.message), 300)}`);
    const value = new YamlReader(document).read();
    if (value === null) return [];
    const hash = hashOf(value);
    if (hash !== undefined) return [hash];
    throw new JsonError('expected a CI file with keys at its top, found something else');
  });
}

function parse(text: string): readonly Document.Parsed[] {
  try {
    const found = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false });
    return 'empty' in found ? [] : found;
  } catch (cause) {
    // The parser is recursive: nesting without end is too much for its stack.
    throw new JsonError('expected YAML, found what cannot be read', { cause });
  }
}

class YamlReader {
  private readonly document: Document.Parsed;
  /** Kept here, because the parser looks through the whole document for each alias. */
  private readonly anchors = new Map<string, unknown>();
  private nodes = 0;

  constructor(document: Document.Parsed) {
    this.document = document;
  }

  read(): PipelineValue {
    return this.valueOf(this.document.contents, 0);
  }

  private valueOf(node: unknown, depth: number): PipelineValue {
    this.nodes += 1;
    if (this.nodes > maxNodes)
      throw new JsonError(`expected at most ${maxNodes} values, found more`);
    if (depth > maxDepth) throw new JsonError(`expected at most ${maxDepth} levels, found more`);
    if (isAlias(node)) return this.valueOf(this.nodeBehind(node.source), depth + 1);
    if (isNode(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return scalarOf(node.value, isUntyped(node));
    if (isMap(node)) return this.hashOf(node.items, depth);
    if (!isSeq(node)) return null;
    const items = node.items.map((item) => this.valueOf(item, depth + 1));
    return node.tag === '!reference' ? new PipelineReference(textsOf(items)) : items;
  }

  private nodeBehind(anchor: string): unknown {
    const node = this.anchors.get(anchor);
    if (node !== undefined) return node;
    throw new JsonError(`expected YAML, found an alias of nothing: *${printable(anchor, 100)}`);
  }

  private hashOf(pairs: readonly Pair[], depth: number): PipelineHash {
    const hash = new Map<string, PipelineValue>();
    const merged: PipelineValue[] = [];
    for (const { key, value } of pairs) {
      const name = textOf(this.valueOf(key, depth + 1)) ?? '';
      const found = this.valueOf(value, depth + 1);
      if (name === '<<') merged.push(...(listOf(found) ?? [found]));
      else hash.set(name, found);
    }
    // What is merged in gives way to what stands there itself.
    for (const [name, value] of merged.flatMap((each) => [...(hashOf(each) ?? [])]))
      if (!hash.has(name)) hash.set(name, value);
    return hash;
  }
}

interface Pair {
  readonly key: unknown;
  readonly value: unknown;
}

/** Neither quotes nor a tag say that it is a text. */
function isUntyped({ type, tag }: Scalar): boolean {
  return type === 'PLAIN' && tag === undefined;
}

function scalarOf(value: unknown, isPlain: boolean): string | null {
  const text = typeof value === 'string' ? value : '';
  if (!isPlain) return text;
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|yes|on)$/i.test(text)) return 'true';
  if (/^(?:false|no|off)$/i.test(text)) return 'false';
  if (/^[-+]?0[0-7]+$/.test(text)) return String(parseInt(text, 8));
  if (!/^[-+]?\d+\.\d*$/.test(text)) return text;
  const number = Number(text);
  return Number.isInteger(number) ? number.toFixed(1) : String(number);
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
}
