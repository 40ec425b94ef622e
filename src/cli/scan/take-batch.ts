import { type DocumentBatch, parseDocument, textsOf } from '../../kubernetes/index.ts'
import type { AlikeDocuments, Counting } from './alike/alike-documents.ts'
import type { createLane } from './lane.ts'

/**
 * Takes the documents of a batch one after the other.
 *
 * @param alike - takes those about which all is known already
 */
export function takeBatch(
  batch: DocumentBatch,
  take: ReturnType<typeof createLane>,
  counting: Counting,
  alike?: AlikeDocuments,
): void {
  const { file, origin } = batch
  for (const text of textsOf(batch))
    if (alike?.take(file, text, counting) !== true) take(parseDocument(file, text, origin), counting.counts)
}
