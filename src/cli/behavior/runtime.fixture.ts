import { join } from 'node:path'
import {
  entry,
  message,
  startContainerRuntime,
  text,
} from '../../../test/runtime/container-runtime.fixture.ts'

/** A container of a pod as the runtime interface lists it. @param id - twelve digits */
export interface ListedContainer {
  readonly id: string
  readonly namespace: string
  readonly pod: string
  readonly name: string
}

/**
 * A container runtime that lists these containers, and tells nothing else.
 *
 * @param folder - where its socket is to be
 * @param containers - as they are when it is asked
 */
export async function startRuntime(
  folder: string,
  containers: () => readonly ListedContainer[],
): Promise<{ readonly socket: string; close(): Promise<void> }> {
  const socket = join(folder, 'runtime.sock')
  const { close } = await startContainerRuntime(socket, (method) =>
    method.endsWith('/ListContainers') ? Buffer.concat(containers().map(encoded)) : new Uint8Array(),
  )
  return { socket, close }
}

function encoded({ id, namespace, pod, name }: ListedContainer): Uint8Array {
  return message(
    1,
    text(1, id.padEnd(64, '0')),
    text(2, 'sandbox'),
    message(3, text(1, name)),
    message(4, text(1, 'shop/web:1.2')),
    entry(8, 'io.kubernetes.pod.name', pod),
    entry(8, 'io.kubernetes.pod.namespace', namespace),
    entry(8, 'io.kubernetes.container.name', name),
  )
}
