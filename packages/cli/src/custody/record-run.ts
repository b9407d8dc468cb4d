/**
 * Runs a command's work and adds its line to the custody log, whatever came of it.
 *
 * A log that cannot be written stops the run before it begins. A command line
 * that cannot be meant as it stands is not recorded: nothing was attempted.
 */
import { CustodyLog, formatTime, type CustodyEvent, type CustodyFacts } from '@sallyport/bundle';
import { CodedError, hasCode, printable, withContext } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { version } from '../version.js';
import { logFile, type LogFlags } from './log-options.js';
import { RunRecord } from './run-record.js';

/** @throws CustodyError `LOG_…`, and whatever `work` throws. */
export async function recordRun(
  event: CustodyEvent,
  flags: LogFlags,
  context: CliContext,
  work: (record: RunRecord) => Promise<void>,
): Promise<void> {
  const log = await CustodyLog.open(logFile(flags, context), { signal: context.signal });
  const record: RunRecord = new RunRecord(async () => {
    const { line } = await log.append(lineOf(event, record, { outcome: 'started' }, context));
    return line;
  });
  try {
    await work(record);
  } catch (error) {
    if (!hasCode(error, 'USAGE_INVALID')) await recordFailure(log, event, record, error, context);
    throw error;
  }
  try {
    await log.append(lineOf(event, record, { outcome: 'success' }, context));
  } catch (error) {
    throw withContext(error, `the ${event} is done, but could not be recorded`);
  }
}

/** Never in the way of the failure itself: that one decides the exit code. */
async function recordFailure(
  log: CustodyLog,
  event: CustodyEvent,
  record: RunRecord,
  error: unknown,
  context: CliContext,
): Promise<void> {
  const outcome = { outcome: 'failure', ...describeFailure(error, context) } as const;
  try {
    await log.append(lineOf(event, record, outcome, context));
  } catch (logError) {
    if (!(logError instanceof CodedError)) throw logError;
    context.stderr.write(
      `warning: this run is NOT in the custody log: ${printable(logError.message)}\n`,
    );
  }
}

function describeFailure(
  error: unknown,
  { signal }: CliContext,
): Pick<CustodyFacts, 'code' | 'message'> {
  if (signal.aborted) return { code: 'INTERRUPTED' };
  if (error instanceof CodedError) return { code: String(error.code), message: error.message };
  return { code: 'BUG' };
}

function lineOf(
  event: CustodyEvent,
  { facts }: RunRecord,
  outcome: Pick<CustodyFacts, 'outcome' | 'code' | 'message'>,
  { now, hostName }: CliContext,
): CustodyFacts {
  const tool = `sallyport/${version}`;
  return { time: formatTime(now()), event, tool, host: hostName, ...outcome, ...facts };
}
