import { fixMessages } from '../../findings/index.ts'
import {
  clusterMessages,
  readingMessages,
  renderingMessages,
  schemaMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import { cliMessages } from '../messages.ts'
import { everyCheck, messagesOf } from './catalogue.ts'

/** Everything that a scan may say, whichever checks run. */
export function createScanRenderer(language: Language): Render {
  const reading = [readingMessages, schemaMessages, clusterMessages, renderingMessages]
  return createRenderer([...messagesOf(everyCheck()), ...reading, fixMessages, cliMessages], language)
}
