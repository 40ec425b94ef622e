import type { Writable } from 'node:stream'
import { alertLine, type LineFormat } from './alert-line.ts'
import type { Transport } from './output.ts'

/** `json` is one document, an array of all alerts. */
export type StreamFormat = LineFormat | 'json'

/** Writes alerts to a stream such as standard output, which is not ended. */
export function createStreamTransport(stream: Writable, format: StreamFormat): Transport {
  let isFirst = true
  return {
    batch: 256,
    async deliver(alerts) {
      let text = ''
      for (const alert of alerts) text += format === 'json' ? element(alert) : `${alertLine(alert, format)}\n`
      await written(text)
    },
    async close() {
      if (format === 'json') await written(isFirst ? '[]\n' : '\n]\n')
    },
  }

  function element(alert: Parameters<typeof alertLine>[0]): string {
    const text = `${isFirst ? '[\n' : ',\n'}${alertLine(alert, 'jsonl')}`
    isFirst = false
    return text
  }

  function written(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()))
    })
  }
}
