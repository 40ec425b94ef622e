import { type DocumentBatch, parseDocument, textsOf } from '../../kubernetes/index.ts'
import type { AlikeDocuments, Counting } from './alike/alike-documents.ts'
import type { createLane } from './lane.ts'

/**
 * Takes the documents of a batch one after the other.
 *
 * @param alike - takes those about which all is known already
 * @returns the length of those that had to be evaluated
 */
export function takeBatch(
  batch: DocumentBatch,
  take: ReturnType<typeof createLane>,
  counting: Counting,
  alike?: AlikeDocuments,
): number {
  const { file, origin } = batch
  let evaluated = 0
  for (const document of textsOf(batch)) {
    if (alike?.take(file, document, counting) === true) continue
    evaluated += document.text.length
    take(parseDocument(file, document, origin), counting.counts)
  }
  return evaluated
}
