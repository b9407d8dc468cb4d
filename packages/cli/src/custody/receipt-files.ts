/**
 * The files of a receipt: reserved before the import, under their names only when it is done.
 *
 * A receipt that cannot be written, or a key that cannot sign, stops the import
 * before anything is pushed.
 */
import { formatTime, PartialFile, readSigningKey, type SigningKey } from '@sallyport/bundle';
import {
  encodeReceipt,
  importReceipt,
  type ImportReport,
  type ReceiptCircumstances,
  type ReceiptProof,
} from '@sallyport/offline';
import type { Command } from 'commander';
import { digestOf } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { passphraseSource, type PassphraseFlags } from '../options/passphrase.js';
import { receiptPage } from '../pages/receipt-page.js';
import { version } from '../version.js';
import type { RunRecord } from './run-record.js';

export interface ReceiptFlags extends PassphraseFlags {
  readonly receipt?: string;
  readonly receiptHtml?: string;
  readonly receiptKey?: string;
}

export function addReceiptOptions(command: Command): Command {
  return command
    .option('--receipt <file>', 'write a receipt of the import (JSON)')
    .option('--receipt-html <file>', 'write the receipt as a page to print')
    .option(
      '--receipt-key <file>',
      'private key of this side; its signature of the receipt goes to <receipt>.sig',
    )
    .option(
      '--passphrase-file <file>',
      'passphrase of the receipt key; default: SALLYPORT_KEY_PASSPHRASE, COSIGN_PASSWORD, the terminal',
    );
}

/** What the report of an import cannot know. */
interface AboutRun {
  readonly startedAt: Date;
  readonly record: RunRecord;
  readonly notes: readonly string[];
  /** Undefined when nobody pulled the images back. */
  readonly proof: ReceiptProof | undefined;
}

type Part = 'json' | 'signature' | 'page';

export class ReceiptFiles implements AsyncDisposable {
  private readonly files = new Map<Part, { readonly name: string; readonly file: PartialFile }>();
  private readonly key: SigningKey | undefined;
  private readonly context: CliContext;

  private constructor(key: SigningKey | undefined, context: CliContext) {
    this.key = key;
    this.context = context;
  }

  /** @throws UsageError, KeyError, BundleError `OUTPUT_EXISTS` or `OUTPUT_UNWRITABLE`. */
  static async reserve(
    flags: ReceiptFlags & { readonly dryRun?: boolean },
    context: CliContext,
  ): Promise<ReceiptFiles> {
    const { receipt, receiptHtml, receiptKey, dryRun } = flags;
    if (dryRun === true && (receipt ?? receiptHtml) !== undefined) {
      throw new UsageError('expected --dry-run or a receipt, found both', {
        hint: 'there is a receipt of what was imported only',
      });
    }
    if (receiptKey !== undefined && receipt === undefined) {
      throw new UsageError('expected --receipt beside --receipt-key, found it without', {
        hint: 'name the receipt that is to be signed: --receipt FILE',
      });
    }
    const key =
      receiptKey === undefined
        ? undefined
        : await readSigningKey(receiptKey, passphraseSource(flags, context));
    const receipts = new ReceiptFiles(key, context);
    try {
      if (key !== undefined) await receipts.add('signature', `${receipt ?? ''}.sig`);
      if (receiptHtml !== undefined) await receipts.add('page', receiptHtml);
      // The receipt itself comes last: where it is, its signature and its page are.
      if (receipt !== undefined) await receipts.add('json', receipt);
      return receipts;
    } catch (error) {
      await receipts[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Notes the digest of the receipt for the log. @throws BundleError `OUTPUT_…`; KeyError. */
  async write(report: ImportReport, about: AboutRun): Promise<void> {
    if (this.files.size === 0) return;
    const receipt = importReceipt(report, circumstances(about, this.context));
    const json = encodeReceipt(receipt);
    const digest = digestOf(json);
    const bytes: Readonly<Record<Part, () => Promise<Buffer> | Buffer>> = {
      json: () => json,
      signature: async () => (await this.key?.sign(json)) ?? Buffer.alloc(0),
      page: () => Buffer.from(receiptPage(receipt, digest)),
    };
    for (const [part, { file }] of this.files) await file.write([await bytes[part]()], 0);
    for (const [part, { file }] of [...this.files]) {
      await file.publish();
      this.files.delete(part);
    }
    about.record.note({ receipt: digest });
  }

  /** Removes what was not published. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { file } of this.files.values()) await file.discard();
    this.files.clear();
  }

  private async add(part: Part, name: string): Promise<void> {
    this.files.set(part, { name, file: await PartialFile.create(name) });
  }
}

function circumstances(
  { startedAt, record, notes, proof }: AboutRun,
  { now, hostName }: CliContext,
): ReceiptCircumstances {
  return {
    tool: `sallyport/${version}`,
    host: hostName,
    file: record.facts.file ?? '',
    started: formatTime(startedAt),
    finished: formatTime(now()),
    reasons: record.facts.reasons ?? [],
    notes,
    proof: proof ?? null,
  };
}
