import type { EventView } from './event-view.ts'
import { viewOfFields } from './event-view.ts'

/** An event of container `a1b2c3d4e5f6`, with further fields. @param seconds - after the first */
export function viewAt(
  seconds: number,
  type: string,
  fields: Readonly<Record<string, string>> = {},
): EventView {
  return viewOfFields({
    type,
    ts: 1_800_000_000_000_000_000 + seconds * 1e9,
    fields: { 'container.id': 'a1b2c3d4e5f6', 'proc.name': 'httpd', 'proc.vpid': '1', ...fields },
  })
}

/** A call that Haetae's sensor tells of once a slice of time. */
export function callAt(
  seconds: number,
  name: string,
  fields: Readonly<Record<string, string>> = {},
): EventView {
  return viewAt(seconds, 'syscall', { 'evt.type': name, ...fields })
}
