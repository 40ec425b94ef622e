import { readFiles } from '../src/api-access/audit/index.ts'

/** Reads the logs that it is given to their end. */
let events = 0
for await (const batch of readFiles(process.argv.slice(2)))
  for (const item of batch) if ('event' in item) events += 1
process.stdout.write(`${events}\n`)
