import { createStraceReader, type StraceCall } from './parse.ts'
import { type CallSummary, summarizeCalls } from './summary.ts'

/** All calls in what strace printed, in the order of their ends, and their sums. What is no call is passed over. */
export function readStrace(text: string): { calls: StraceCall[]; summary: CallSummary[] } {
  const read = createStraceReader()
  const calls: StraceCall[] = []
  for (const line of text.split(/\r?\n/)) {
    const found = read(line)
    if (found.kind === 'call') calls.push(found.call)
  }
  return { calls, summary: summarizeCalls(calls) }
}
