import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpus } from '../setup/corpora.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { GateProcess, kubectl, succeeds } from './gate-process.ts'
import { findKubectls, type Kubectl, run } from './kubectls.ts'

const NAMESPACE = 'gate-corpus'
const PUBLIC = join(corpus ?? '', 'public')
/** The newest is the quickest: an old one sends five requests a second and no more. */
const [own, ...newer] = findKubectls()
const quickest = newer.at(-1) ?? own

/** Real manifests: plain, old, broken, of kinds that are not there. */
const FOLDERS: readonly (readonly [string, Kubectl | undefined])[] = [
  ['kubernetes-examples', quickest],
  ['kubernetes-in-action', quickest],
  ['kube101', quickest],
  ['kube-prometheus', quickest],
  ['argo-cd', quickest],
  ['kubernetes-in-action/Chapter05', own],
]

describe(
  'kubectl apply -R of real manifests',
  needs(
    anyCluster.kubeconfig && corpus && own,
    corpus === undefined ? 'there is no corpus' : anyCluster.otherwise,
  ),
  () => {
    const direct = anyCluster.kubeconfig ?? ''
    const gate = new GateProcess(direct)
    let jane = ''

    beforeAll(async () => {
      await succeeds(direct, ['create', 'namespace', NAMESPACE])
      await gate.start('--authorization-mode=RBAC')
      jane = await gate.kubeconfig('jane', ['system:masters'])
    })
    afterAll(async () => {
      await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
      await gate.close()
    })

    async function apply(
      kubeconfig: string,
      program: Kubectl | undefined,
      folder: string,
      ...more: string[]
    ) {
      const args = ['apply', '-R', '-f', join(PUBLIC, folder), ...more]
      const { status, stdout, stderr } = await run(kubeconfig, program?.path ?? '', args).ended
      return { status, done: lines(stdout.toString()), refused: lines(stderr) }
    }

    test.each(FOLDERS)('%s: the same results as straight to the API server', async (folder, program) => {
      const straight = await apply(direct, program, folder, '--dry-run=server')
      const through = await apply(jane, program, folder, '--dry-run=server')
      expect(through).toEqual(straight)
      expect(through.done.length).toBeGreaterThan(0)
    })

    test('what was applied through the gate, the API server finds as the gate does', async ({ task }) => {
      // Pods that are not named and objects of the whole cluster are left out: all of it goes into one namespace.
      const folder = 'kubernetes-in-action/Chapter07'
      const args = ['-n', NAMESPACE]
      const first = await apply(jane, quickest, folder, ...args)
      const made = first.done.filter((line) => line.endsWith(' created'))
      expect(made.length).toBeGreaterThan(5)
      // Of some, kubectl says "configured" again and again, whoever is asked.
      const again = await apply(jane, quickest, folder, ...args)
      expect(await apply(direct, quickest, folder, ...args)).toEqual(again)
      expect(again.refused).toEqual(first.refused)
      task.meta.results = [
        `${made.length} objects of ${folder} made through the gate, none of them different`,
      ]
    })
  },
)

/** In one order, whatever came first; so are the reasons within a line. Where a server is, is its own matter. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .replace(/https:\/\/[\d.]+:\d+/g, 'https://server')
        .replace(/\[(.*)\]$/, (_, reasons: string) => `[${reasons.split(', ').sort().join(', ')}]`),
    )
    .sort()
}
