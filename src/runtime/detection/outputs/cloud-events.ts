import type { Alert } from '../alert.ts'
import { withExactNumbers } from './exact-numbers.ts'
import type { HttpBody } from './http-output.ts'

/**
 * An alert as a CloudEvent in structured mode (CloudEvents 1.0.2, "HTTP Protocol Binding", 3.2): the whole event is the body.
 * "Producers MUST ensure that source + id is unique for each distinct event."
 */
export function cloudEventBody(alert: Alert): HttpBody {
  const event = {
    specversion: '1.0',
    id: alert.uuid,
    source: `urn:haetae:${encodeURIComponent(alert.hostname)}`,
    type: 'haetae.alert.v1',
    subject: alert.rule,
    time: alert.time,
    datacontenttype: 'application/json',
    data: withExactNumbers(alert),
  }
  return { contentType: 'application/cloudevents+json', text: JSON.stringify(event) }
}
