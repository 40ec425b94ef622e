import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

/** The peer of the scan bench: the fastest maintained YAML parser over the same documents, and nothing else. */
const [, , file = ''] = process.argv
let documents = 0
for (const text of readFileSync(file, 'utf8').split(/^---\n/m)) {
  if (text === '') continue
  load(text)
  documents++
}
process.stdout.write(`${documents}\n`)
